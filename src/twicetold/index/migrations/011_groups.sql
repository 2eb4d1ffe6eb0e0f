-- Which groups does an outlet belong to?

create table outlet_groups (
    -- what a file says that an outlet belongs to: its country, its leaning
    outlet_id integer not null references outlets(id) on delete cascade,
    kind      text not null,                  -- column of the file: 'country'
    name      text not null,                  -- 'France'
    primary key (outlet_id, kind)
) strict, without rowid;

create index outlet_groups_by_kind on outlet_groups(kind);
