-- The first tables. A database made from the seed has them already.

create table products (
  id          bigint generated always as identity primary key,
  name        text not null,
  blurb       text not null,
  art         text not null,
  badge       text not null default '',
  price_cents integer not null check (price_cents > 0),
  shelf       integer not null
);
