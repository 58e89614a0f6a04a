-- What the kiosk must still know after the plug was pulled. Times are milliseconds since 1970 in UTC.

create table ticket (
  -- The identity that stands in the QR code. An own-lane number gets a new one: the hub may hold the first.
  ticket_id  text    not null primary key,
  -- The identity the hub was asked with.
  intent_id  text    not null unique,
  stage      text    not null check (stage in ('intent', 'assigned', 'printing', 'unprinted', 'printed', 'dropped')),
  prefix     text    not null,
  -- The kiosk's lane; null is the hub's.
  lane       integer,
  serial     integer,
  number     text,
  service    text    not null,
  language   text    not null,
  -- What the visitor declared about going out of turn; forgotten when the day is over.
  class      text,
  -- The last service day and epoch the hub spoke of; zero before it ever did.
  day        integer not null,
  epoch      integer not null,
  -- The date in Asia/Tashkent by the kiosk's clock.
  date       text    not null,
  asked_at   integer not null,
  printed_at integer
) strict;

create unique index ticket_own_number on ticket (day, number) where lane is not null;
create index ticket_stage on ticket (stage);

create table outbox (
  seq        integer primary key autoincrement,
  ticket_id  text    not null unique references ticket (ticket_id),
  command_id text    not null unique,
  state      text    not null check (state in ('open', 'delivered', 'refused')),
  -- The hub's code when it refused.
  code       text
) strict;

create index outbox_open on outbox (seq) where state = 'open';

create table lane (
  lane   integer not null,
  prefix text    not null,
  -- The highest serial anyone knows of in the current service day.
  serial integer not null,
  primary key (lane, prefix)
) strict, without rowid;

create table hub (
  one   integer primary key check (one = 1),
  epoch integer not null,
  day   integer not null,
  lane  integer not null
) strict;

create table catalogue (
  language text    not null primary key,
  body     text    not null,
  kept_at  integer not null
) strict, without rowid;
