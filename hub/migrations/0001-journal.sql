-- The journal of one hall and the views of it. Times are milliseconds since 1970 in UTC, ids of tickets and commands
-- are 16 bytes. Everything but `entry` can be rebuilt from `entry`. Views are clustered by service day: a day is read
-- in one stretch, and what a commit touches lies together.

create table entry (
  seq         integer primary key,            -- dense, from 1
  day         integer not null,               -- the service day
  at          integer not null,               -- the hub's clock
  device      text,
  nth         integer not null,               -- of its command's events, from 0
  command_id  blob not null,
  actor       text not null,                  -- json
  version     integer not null,               -- of the event's shape
  event       text not null,                  -- json
  fingerprint blob,                           -- of the command, on nth 0
  prev_hash   blob not null,
  hash        blob not null,
  unique (command_id, nth)
) strict;

create trigger entry_is_never_changed before update on entry
begin select raise(abort, 'an entry is never changed'); end;

create trigger entry_is_never_deleted before delete on entry
begin select raise(abort, 'an entry is never deleted'); end;

-- Where a replay of the open day begins; `verify` does not believe it and begins at the first entry.
create table carry (
  id    integer primary key check (id = 1),
  seq   integer not null,
  hall  text not null                         -- json
) strict;

create table day (
  day       integer primary key,
  date      text not null,
  opened_at integer not null,
  closed_at integer
) strict;

-- Every number ever given, also those that became holes.
create table number (
  day    integer not null,
  prefix text not null,
  lane   integer not null,                    -- 0 is the hub's
  serial integer not null,
  ticket blob not null,
  primary key (day, prefix, lane, serial)
) strict, without rowid;

create table ticket (
  day             integer not null,
  ticket          blob not null,
  number          text not null,
  service         text not null,
  class           text not null,
  language        text not null,
  channel         text not null,
  quantity        integer not null,
  stage           text not null,
  counter         text,
  clerk           text,
  reserved_at     integer not null,
  queued_at       integer,
  first_called_at integer,
  last_called_at  integer,
  started_at      integer,
  ended_at        integer,
  closing         text,
  outcome         text,
  held_ms         integer not null,
  served_ms       integer not null,
  calls           integer not null,
  ahead           integer,
  quoted_low_min  integer,
  quoted_high_min integer,
  primary key (day, ticket)
) strict, without rowid;

create table stay (
  day             integer not null,
  ticket          blob not null,
  nth             integer not null,           -- of the visit's stays, from 0
  service         text not null,
  queued_at       integer not null,
  first_called_at integer,
  last_called_at  integer,
  started_at      integer,
  ended_at        integer,
  ending          text,
  outcome         text,
  counter         text,
  clerk           text,
  waited_ms       integer,
  held_ms         integer not null,
  served_ms       integer not null,
  calls           integer not null,
  out_of_order    integer not null,
  primary key (day, ticket, nth)
) strict, without rowid;

-- Counters that were opened in the last service day.
create table counter_state (
  counter text primary key,
  stage   text not null,
  clerk   text,
  ticket  blob,
  since   integer not null
) strict, without rowid;
