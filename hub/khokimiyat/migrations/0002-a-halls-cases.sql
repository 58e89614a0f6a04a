-- A hall that was restored asks for all of its cases, in the order they came, with what it was told of each.
create index case_file_of_hub on case_file (office, hub, received_at, case_id);
create index inbox_of_case on inbox (office, hub, case_id);
