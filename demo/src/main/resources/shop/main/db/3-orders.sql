insert into orders (product_id, item, status, placed_at, changed_at)
select p.id, p.name, o.status, now() - o.age, now() - o.age
from (values
  (1, 'Wool throw',     'shipped', interval '3 days'),
  (2, 'Boston fern',    'shipped', interval '26 hours'),
  (3, 'Speckled mug',   'shipped', interval '5 hours'),
  (4, 'Pour-over set',  'shipped', interval '47 minutes'),
  (5, 'Beeswax candle', 'packed',  interval '12 minutes'),
  (6, 'Enamel kettle',  'placed',  interval '2 minutes')
) as o (n, name, status, age)
join products p on p.name = o.name
order by o.n;
