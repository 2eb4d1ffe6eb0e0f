create table former_urls (
    -- urls that a source gave an article at other times: a removed article is recognised by them, too
    article_id integer not null references articles(id) on delete cascade,
    url        text not null,
    primary key (article_id, url)
) strict, without rowid;

create table erased_rejections (
    -- rejections that were deleted because they share words with a removed article: no news if they
    -- come again
    identity text primary key,                -- as in rejections: a keyed hash
    run_id   integer not null                 -- of runs: the first one that rejected it
) strict, without rowid;
