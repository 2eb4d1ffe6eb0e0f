alter table runs add column newly_rejected integer not null default 0;
alter table runs add column incomplete integer not null default 0;
alter table runs add column quarantined integer not null default 0;

-- SQLite puts new columns behind the last comment; they belong on lines with comments of their own
pragma writable_schema = on;

update sqlite_schema set sql = replace(replace(
    sql,
    '-- JSON: versions of twicetold and its libraries' || char(10) || ', ',
    '-- JSON: versions of twicetold and its libraries' || char(10) || '    '),
    'software            text not null default ''{}''    --',
    'software            text not null default ''{}'',   --')
where type = 'table' and name = 'runs';

update sqlite_schema set sql = replace(replace(
    sql,
    'newly_rejected integer not null default 0, incomplete integer not null default 0,'
    || ' quarantined integer not null default 0',
    'newly_rejected      integer not null default 0,  -- of the rejected, the new ones'
    || char(10)
    || '    incomplete          integer not null default 0,  -- articles stored without a field that can''t'
    || ' be read' || char(10)
    || '    quarantined         integer not null default 0   -- articles that a stage failed on' || char(10)),
    '''run'', ''ingest'', ''cluster'', ''rebuild'', ''remove'' or ''prune''',
    'its name on the command line: ''run''')
where type = 'table' and name = 'runs';

pragma writable_schema = reset;

alter table rejections rename to old_rejections;

create table rejections (
    -- records that were not usable articles, each once, however often it was read
    id          integer primary key,
    run_id      integer not null references runs(id),  -- the first run that rejected it
    last_run_id integer not null references runs(id),  -- the last one
    times       integer not null default 1,            -- how often it was read
    source      text not null,                -- the file, '-' for standard input, when first read
    line        integer not null,             -- line, or entry of a feed; 0: the file as a whole
    field       text not null,                -- which field is wrong; 'line' or 'file': all of it
    stage       text not null,                -- what failed on it: 'reading', 'signatures', 'storing',
                                              -- 'clustering'
    reason      text not null,
    excerpt     text not null,                -- the beginning of the record
    identity    text not null unique          -- hash of field, reason and excerpt; without an excerpt, of
                                              -- source, field and reason
) strict;

insert into rejections
    (id, run_id, last_run_id, source, line, field, stage, reason, excerpt, identity)
select id, run_id, run_id, source, line, field, 'reading', reason, excerpt, hex(randomblob(16))
from old_rejections;

drop table old_rejections;

create index rejections_by_run on rejections(run_id);

create table unread_fields (
    -- fields that could not be read in a run: the articles were stored without them
    run_id   integer not null references runs(id),
    field    text not null,                   -- 'published'; 'id': a row number, not the article's own
    articles integer not null,                -- how many of the run lack it therefore
    source   text not null,                   -- where the first one was read
    line     integer not null,
    value    text not null,                   -- of the first one
    primary key (run_id, field)
) strict, without rowid;

create table quarantine (
    -- articles that a stage failed on: stored, but in no story until `rebuild`
    article_id integer primary key references articles(id) on delete cascade,
    stage      text not null,                 -- 'clustering'
    reason     text not null,
    at         text not null                  -- UTC
) strict;

create table crowds (
    -- articles with the same text as at least 32 earlier ones of their day: they share the story of
    -- the first, and are compared with nothing else
    article_id integer primary key references articles(id) on delete cascade,
    first_id   integer not null               -- of articles: the first one of the day with that text
) strict;

create table secrets (
    -- random bytes of this index, without which the hashes of its tombstones say nothing
    name  text primary key,                   -- 'tombstones'
    value blob not null
) strict, without rowid;

insert into secrets (name, value) values ('tombstones', randomblob(32));

alter table tombstones rename to old_tombstones;

create table tombstones (
    -- articles that were removed, so that they do not come back; nothing of their text is kept
    name_hash text primary key,               -- keyed hash of its key, its url or its text
    removed   text not null,                  -- UTC
    note      text not null                   -- why; '': not given
) strict, without rowid;

insert into tombstones (name_hash, removed, note)
select keyed_hash((select value from secrets where name = 'tombstones'), key_hash), removed, note
from old_tombstones;

drop table old_tombstones;
