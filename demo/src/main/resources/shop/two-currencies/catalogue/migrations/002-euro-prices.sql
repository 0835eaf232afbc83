-- Every price in euros too, and the first four things from our new friends in Europe.

alter table products add column price_euro_cents integer check (price_euro_cents > 0);

-- Prices end in 50 or 00, as the ones in dollars do.
update products set price_euro_cents = greatest(50, round(price_cents * 0.92 / 50) * 50);

alter table products alter column price_euro_cents set not null;

update products set badge = '' where badge = 'New';

insert into products (shelf, name, blurb, art, badge, price_cents, price_euro_cents) values
  (-3, 'Moka pot',     'Quiet until it is ready.',     'moka',  'From Milan',  4200, 3850),
  (-2, 'Lisbon tiles', 'Four coasters, hand painted.', 'tiles', 'From Lisbon', 3200, 2950),
  (-1, 'Olive oil',    'One grove, one harvest.',      'oil',   'From Crete',  2450, 2250),
  ( 0, 'Linen towel',  'Dries glasses without fluff.', 'towel', 'From Ghent',  1900, 1750);
