-- The tables in production today: the catalogue's migrations up to 1.

create table schema_version (
  version    integer primary key,
  applied_at timestamptz not null default now()
);

insert into schema_version (version) values (1);

create table products (
  id          bigint generated always as identity primary key,
  name        text not null,
  blurb       text not null,
  art         text not null,
  badge       text not null default '',
  price_cents integer not null check (price_cents > 0),
  shelf       integer not null
);

create table orders (
  id         bigint generated always as identity (start with 1041) primary key,
  product_id bigint not null references products,
  item       text not null,
  status     text not null default 'placed' check (status in ('placed', 'packed', 'shipped')),
  placed_at  timestamptz not null default now(),
  changed_at timestamptz not null default now()
);

create index orders_on_their_way on orders (changed_at) where status <> 'shipped';
