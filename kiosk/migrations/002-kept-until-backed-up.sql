-- A hub may be restored from a backup that does not know what is on paper: so what was delivered is kept until a backup
-- has it, and offered again to a hub of a higher epoch.

-- Who this journal is: a kiosk whose disk was replaced has another.
create table journal (
  one integer primary key check (one = 1),
  id  text    not null
) strict;

-- Whether the hub is told only that its number is on paper, or everything, because it may have forgotten the ticket.
alter table outbox add column told text not null default 'number' check (told in ('number', 'whole'));
-- Where the hub wrote it down: an entry of the journal of this epoch.
alter table outbox add column entry integer;
alter table outbox add column epoch integer;
alter table outbox add column backed_up integer not null default 0 check (backed_up in (0, 1));

-- The hall's id: this journal is of no use in another.
alter table hub add column hall text not null default '';
-- The end of the hub's journal as last told, with the epoch it belongs to.
alter table hub add column seq integer not null default 0;
alter table hub add column hash text not null default '';
-- Where a letter that was not counted yet begins: above zero when another journal counted in this lane before.
alter table hub add column room integer not null default 0;
-- Service days that begin and still keep that room.
alter table hub add column room_days integer not null default 0;

-- A restored hub counts its days again from where its backup stood, so a day's number alone does not tell days apart.
drop index ticket_own_number;
create unique index ticket_own_number on ticket (epoch, day, number) where lane is not null;
