-- Which groups does an outlet belong to? And what did it publish when?

create table outlet_groups (
    -- what a file says that an outlet belongs to: its country, its leaning
    outlet_id integer not null references outlets(id) on delete cascade,
    kind      text not null,                  -- column of the file: 'country'
    name      text not null,                  -- 'France'
    primary key (outlet_id, kind)
) strict, without rowid;

create index outlet_groups_by_kind on outlet_groups(kind);

-- what an outlet published in some days is read without the rest of it
drop index articles_by_outlet;
create index articles_by_outlet on articles(outlet_id, coalesce(published, first_seen));
