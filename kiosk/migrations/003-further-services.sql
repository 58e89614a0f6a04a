-- A ticket may be for several services: the further ones by code, with a space between.
alter table ticket add column further text not null default '';
