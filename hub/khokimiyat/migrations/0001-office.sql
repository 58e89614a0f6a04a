-- What an office keeps. Every table begins with the office's code (SOATO), so that a region or a country can put offices
-- on several servers without changing a row. Times are passed in, never taken from the server's clock.

create extension if not exists pg_trgm;

create table office (
    office text primary key,
    parent text references office,
    names jsonb not null
);

-- A hall of an office: who may post, which life of its hub is the present one, and how far its inbox has come.
create table hall (
    office text not null references office,
    hub text not null check (length(hub) between 1 and 64),
    token_hash bytea not null unique check (length(token_hash) = 32),
    certificates text not null,
    epoch integer not null default 0 check (epoch >= 0),
    inbox_last bigint not null default 0,
    added_at timestamptz not null,
    primary key (office, hub)
);

-- How far a stream of one life of a hub has come. Rows of past lives stay: they say where each life ended.
create table stream (
    office text not null,
    hub text not null,
    epoch integer not null check (epoch > 0),
    stream text not null check (stream in ('documents', 'statistics')),
    high_water bigint not null check (high_water >= 0),
    durable_high_water bigint not null default 0,
    chain bytea not null check (length(chain) = 32),
    primary key (office, hub, epoch, stream),
    foreign key (office, hub) references hall
);

-- Bytes as they came or went, by their hash: once each.
create table blob (
    office text not null references office,
    sha256 bytea not null check (length(sha256) = 32),
    bytes bytea not null,
    primary key (office, sha256)
);
alter table blob alter column bytes set storage external;

create table consignment (
    office text not null,
    consignment_id uuid not null,
    hub text not null,
    epoch integer not null,
    stream text not null,
    seq bigint not null,
    message_type text not null,
    case_id uuid not null,
    envelope jsonb not null,
    sha256 bytea not null,
    received_at timestamptz not null,
    receipt jsonb not null,
    primary key (office, consignment_id),
    unique (office, hub, epoch, stream, seq),
    foreign key (office, hub) references hall,
    foreign key (office, sha256) references blob
);
create index consignment_of_case on consignment (office, case_id);

-- What stood on the line and is not what it should be. The line goes on; a person looks at it.
create table quarantine (
    office text not null,
    consignment_id uuid not null,
    code text not null,
    detail text not null,
    at timestamptz not null,
    settled_at timestamptz,
    settled_by text,
    primary key (office, consignment_id),
    foreign key (office, consignment_id) references consignment
);

-- What somebody must look at: two hubs under one name, a hub that began a new life.
create table alarm (
    office text not null references office,
    alarm_id bigint generated always as identity,
    at timestamptz not null,
    hub text not null,
    what text not null check (what in ('fork', 'new_life')),
    detail jsonb not null,
    seen_at timestamptz,
    seen_by text,
    primary key (office, alarm_id)
);

create table official (
    office text not null references office,
    official_id text not null check (length(official_id) between 1 and 64),
    name text not null check (length(name) between 1 and 200),
    role text not null check (role in ('registrar', 'head', 'executor', 'auditor')),
    phc text not null,
    wrong_tries integer not null default 0,
    locked_until timestamptz,
    left_at timestamptz,
    primary key (office, official_id)
);

create table session (
    token_hash bytea primary key check (length(token_hash) = 32),
    office text not null,
    official_id text not null,
    began_at timestamptz not null,
    seen_at timestamptz not null,
    foreign key (office, official_id) references official
);

-- A case: one application from its filing to its answer. `correspondent`, `summary` and `looked_for` are personal and
-- are why an office's database is in the office.
create table case_file (
    office text not null references office,
    case_id uuid not null,
    hub text not null,
    service text not null,
    appeal boolean not null,
    test boolean not null,
    number text not null,
    language text not null,
    status text not null,
    journal text not null,
    reg_year integer not null,
    reg_index integer not null,
    reg_no text not null,
    reg_date date not null,
    received_at timestamptz not null,
    due_date date not null,
    due jsonb not null,
    over boolean not null default false,
    responsible text,
    correspondent text not null default '',
    summary text not null default '',
    looked_for text not null default '',
    body jsonb,
    version integer not null default 1,
    primary key (office, case_id),
    unique (office, journal, reg_year, reg_index)
);
create index case_file_waiting on case_file (office, due_date) where not over;
create index case_file_looked_for on case_file using gin (looked_for gin_trgm_ops);

-- The journals: who got which number. A number is given in the transaction that uses it, so there are no gaps.
create table journal_counter (
    office text not null references office,
    journal text not null check (journal in ('kiruvchi', 'chiquvchi', 'ichki', 'murojaat', 'qaror', 'farmoyish')),
    reg_year integer not null,
    last integer not null,
    primary key (office, journal, reg_year)
);
create table journal (
    office text not null,
    journal text not null,
    reg_year integer not null,
    reg_index integer not null check (reg_index > 0),
    reg_no text not null,
    reg_date date not null,
    registered_at timestamptz not null,
    registered_by text not null,
    case_id uuid not null,
    primary key (office, journal, reg_year, reg_index),
    foreign key (office, case_id) references case_file
);

-- The registration-control card of a case: what the journal's line does not say.
create table card (
    office text not null,
    case_id uuid not null,
    sheets integer,
    resolution text not null default '',
    resolution_by text,
    resolution_at timestamptz,
    control boolean not null default true,
    result text not null default '',
    file_number text not null default '',
    primary key (office, case_id),
    foreign key (office, case_id) references case_file
);

create table task (
    office text not null,
    task_id uuid not null,
    case_id uuid not null,
    text text not null,
    author text not null,
    executor text not null,
    responsible boolean not null,
    due_date date not null,
    given_at timestamptz not null,
    report text,
    done_at timestamptz,
    primary key (office, task_id),
    foreign key (office, case_id) references case_file,
    foreign key (office, executor) references official
);
create index task_of_executor on task (office, executor, due_date) where done_at is null;
create index task_of_case on task (office, case_id);

create table extension (
    office text not null,
    case_id uuid not null,
    nth integer not null,
    kind text not null check (kind in ('study', 'exceptional')),
    from_date date not null,
    until_date date not null,
    reason text not null,
    by text not null,
    at timestamptz not null,
    primary key (office, case_id, nth),
    foreign key (office, case_id) references case_file
);

create table answer (
    office text not null,
    case_id uuid not null,
    consignment_id uuid not null,
    outcome text not null,
    text text not null,
    reg_no text not null,
    files jsonb not null,
    by text not null,
    at timestamptz not null,
    primary key (office, case_id, consignment_id),
    foreign key (office, case_id) references case_file
);

-- What goes to the halls, in order; the hall asks for what is after its cursor.
create table inbox (
    office text not null,
    hub text not null,
    cursor bigint not null,
    consignment_id uuid not null,
    case_id uuid not null,
    message_type text not null,
    container bytea not null,
    made_at timestamptz not null,
    acked_at timestamptz,
    primary key (office, hub, cursor),
    unique (office, consignment_id),
    foreign key (office, hub) references hall
);
create index inbox_open on inbox (office, hub, cursor) where acked_at is null;

-- Who did and saw what, and when. Nothing is ever changed or taken out of it.
create table audit (
    office text not null references office,
    audit_id bigint generated always as identity,
    at timestamptz not null,
    who text not null,
    what text not null,
    case_id uuid,
    before jsonb,
    after jsonb,
    primary key (office, audit_id)
);
create index audit_of_case on audit (office, case_id, audit_id);

create function audit_is_kept() returns trigger language plpgsql as $$
begin
    raise exception 'the audit is only ever added to';
end $$;
create trigger audit_is_kept before update or delete or truncate on audit
    for each statement execute function audit_is_kept();
