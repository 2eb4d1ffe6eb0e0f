create table furniture (
    -- passages that sites print under their reports, and that report nothing: consent walls, stubs,
    -- boxes, footers. They count in no comparison of texts
    id       integer primary key,
    passage  text not null,
    is_text  integer not null default 0,      -- 1: someone says that it is text of reports after all
    from_day text                             -- first of the 30 days in which it was learned,
        check (from_day is date(from_day)),   -- '2026-01-16'; null: it was named by hand
    articles integer not null,                -- how many had it in these days
    outlets  integer not null,                -- of how many outlets
    example  text not null,                   -- title of the first one
    by       text not null default '',        -- who named it; '': nobody, it was learned
    note     text not null default '',        -- why
    unique (from_day, passage)
) strict;

create table article_furniture (
    -- articles that were compared without some of their words, which are furniture
    article_id integer primary key references articles(id) on delete cascade,
    words      integer not null,              -- how many words of its body were left out
    minhash    blob                           -- its signature with them, as in `signatures`; null:
                                              -- none
) strict;
