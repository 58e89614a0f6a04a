-- What a technician needs, and what a cold start without a hub goes by.

-- What the hub last said of the hall but for its figures, as JSON: desk, other kiosks, layout, addresses, the hash of the
-- technician's PIN.
create table facts (
  one  integer primary key check (one = 1),
  body text    not null
) strict;

-- The time the hub last said: a clock that stands before it was never set.
alter table hub add column at integer not null default 0;

-- Self-tests that the hub does not have yet, as JSON.
create table self_test (
  nth        integer primary key autoincrement,
  command_id text    not null unique,
  body       text    not null
) strict;

-- Wrong PINs in a row at the technician's screen.
create table wrong_pins (
  one   integer primary key check (one = 1),
  count integer not null
) strict;

-- The cabinet was opened and nobody has seen that yet.
create table door (
  one       integer primary key check (one = 1),
  opened_at integer not null
) strict;

-- Written to see whether the disk takes anything.
create table probe (
  one integer primary key check (one = 1),
  nth integer not null
) strict;
