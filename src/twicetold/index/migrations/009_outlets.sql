create table outlet_names (
    -- how sources write the names of outlets: 'Le Monde.fr - Actualités', 'lemonde.fr'
    id        integer primary key,
    name      text not null,
    host      text not null,                  -- whose articles have it, 'lemonde.fr', where that decides
                                              -- which part of the name is the outlet's; '': any host
    outlet_id integer not null references outlets(id) on delete cascade,
    by        text not null,                  -- 'hand': `outlets merge`; 'file': --outlets; '': the name
                                              -- itself says it
    unique (name, host)
) strict;

insert into outlet_names (name, host, outlet_id, by) select name, '', id, '' from outlets;

create index outlet_names_by_outlet on outlet_names(outlet_id);

alter table outlets add column owner text not null default '';
alter table outlets add column agency_name text not null default '';
alter table outlets add column timezone text not null default '';
alter table outlets add column named_by text not null default '';
alter table articles add column name_id integer references outlet_names(id);

-- the articles of an outlet are counted and moved, and its names deleted
create index articles_by_outlet on articles(outlet_id);
create index articles_by_outlet_name on articles(name_id) where name_id is not null;

-- SQLite puts new columns behind the last comment; they belong on lines with comments of their own
pragma writable_schema = on;

update sqlite_schema set sql = replace(replace(
    sql,
    'name    text not null unique      -- as the source writes it: ''Le Monde''' || char(10) || ', ',
    'name    text not null unique,     -- ''Le Monde''; other ways to write it are in outlet_names'
    || char(10) || '    '),
    'owner text not null default '''', agency_name text not null default '''','
    || ' timezone text not null default '''', named_by text not null default ''''',
    'owner   text not null default '''',     -- outlets of one owner are one publisher; '''': not known'
    || char(10)
    || '    agency_name text not null default '''', -- the agency that it is, by --outlets; '''': by its name'
    || char(10)
    || '    timezone text not null default '''',    -- of its times without a zone: ''Europe/Paris'''
    || char(10)
    || '    named_by text not null default ''''     -- ''hand'' or ''file'' gave it its name; '''': sources'
    || char(10))
where type = 'table' and name = 'outlets';

update sqlite_schema set sql = replace(replace(
    sql,
    'run_id        integer not null references runs(id) --',
    'run_id        integer not null references runs(id), --'),
    char(10) || ', name_id integer references outlet_names(id))',
    char(10)
    || '    name_id       integer references outlet_names(id)  -- how its source names its outlet;'
    || char(10) || '                                              -- null: by its name here' || char(10) || ')')
where type = 'table' and name = 'articles';

pragma writable_schema = reset;

drop view story_overview;

create view story_overview as
-- what is the news? one row per story, the most widely reported first, then the most cohesive
select
    stories.id as story,
    stories.title,
    stories.outlets,
    (select count(distinct iif(owner = '', 'outlet ' || outlets.id, owner)) from articles
     join outlets on outlets.id = outlet_id
     where articles.story_id = stories.id) as publishers,  -- outlets of one owner count once
    stories.articles,
    (select count(*) from articles
     join copy_groups on copy_groups.id = articles.copy_group_id
     where articles.story_id = stories.id
       and articles.id <> copy_groups.origin_article_id) as copies,
    stories.languages,
    round(stories.cohesion, 2) as cohesion,
    round(stories.weakest_link, 2) as weakest_link,
    iif(round(stories.cohesion, 2) < 0.5, 'uncertain', '') as certainty,  -- 'uncertain': maybe more than one event
    stories.first_published,
    stories.last_published
from stories
order by
    stories.outlets desc,
    stories.cohesion desc,
    stories.articles desc,
    stories.first_published,
    stories.id;
