insert into products (shelf, name, blurb, art, badge, price_cents) values
  ( 1, 'Speckled mug',   'Holds exactly one slow morning.',        'mug',      'Loved',    1800),
  ( 2, 'Enamel kettle',  'Sings a little before it boils.',        'kettle',   '',         5400),
  ( 3, 'Boston fern',    'Forgives a missed watering or two.',     'fern',     '',         2600),
  ( 4, 'Reading lamp',   'Leans in when the plot does.',           'lamp',     'New',      7900),
  ( 5, 'Pour-over set',  'Three minutes and no buttons.',          'pourover', '',         4800),
  ( 6, 'Pocket radio',   'Four stations and a warm hum.',          'radio',    '',         6450),
  ( 7, 'Meadow vase',    'The dried flowers are included.',       'vase',     '',         3400),
  ( 8, 'Walnut stool',   'Seat, step, or bedside table.',          'stool',    'Last few', 9600),
  ( 9, 'Beeswax candle', 'Forty hours of honey light.',            'candle',   '',         1450),
  (10, 'Field notebook', 'Lies flat and is kind to pencils.',      'notebook', '',         1250),
  (11, 'Station clock',  'Quiet hands, honest numbers.',           'clock',    '',         7200),
  (12, 'Wool throw',     'For the chair by the window.',           'throw',    'Loved',    8800);
