-- Which feeds are read from the network, how each is doing, and what came from it.

create table feeds (
    id            integer primary key,
    url           text not null unique,        -- where it is; changed when it has moved for good
    title         text not null default '',    -- as the feed calls itself
    added         text not null,               -- UTC, when it was first named
    tried         text,                        -- UTC, when it was last asked for; null: never
    succeeded     text,                        -- UTC, when it was last read or had nothing new; null: never
    status        integer,                     -- of HTTP, of the last answer; null: there was none
    error         text not null default '',    -- why the last try failed; '': it did not
    failures      integer not null default 0,  -- tries that failed since the last success
    not_before    text,                        -- UTC, it is not asked for earlier; null: at any time
    etag          text not null default '',    -- of the last text, so that only a newer one is sent
    last_modified text not null default ''     -- the same
) strict;

create table feed_articles (
    feed_id    integer not null references feeds(id) on delete cascade,
    article_id integer not null references articles(id) on delete cascade,
    page       text not null default '',       -- '': not asked for; 'read'; else why its page could not be read
    primary key (feed_id, article_id)
) strict, without rowid;

-- a removed article leaves its feeds
create index feed_articles_by_article on feed_articles(article_id);

-- a list of feeds may name a feed where it was before it moved for good
create table former_feed_urls (
    url     text primary key,
    feed_id integer not null references feeds(id) on delete cascade
) strict, without rowid;

create index former_feed_urls_by_feed on former_feed_urls(feed_id);

create view feed_states as
-- how is each feed doing, and what comes from it?
select
    feeds.id as feed,
    url,
    title,
    tried,
    succeeded,
    status,                               -- of HTTP; null: there was no answer
    error,                                -- of the last try; '': it succeeded
    failures,                             -- tries that failed since the last success
    not_before,                           -- it is not asked for earlier
    (select count(*) from feed_articles where feed_id = feeds.id) as articles,
    round((                               -- of the seven days before it was last read
        select count(*) from feed_articles join articles on articles.id = article_id
        where feed_id = feeds.id
            and published >= strftime('%Y-%m-%dT%H:%M:%SZ', succeeded, '-7 days')
    ) / 7.0, 1) as articles_a_day,
    (                                     -- articles in stories of several outlets
        select count(*) from feed_articles join articles on articles.id = article_id
        join stories on stories.id = story_id where feed_id = feeds.id and stories.outlets > 1
    ) as in_stories
from feeds;
