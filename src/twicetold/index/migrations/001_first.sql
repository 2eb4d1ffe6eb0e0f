create table outlets (
    id      integer primary key,
    name    text not null unique      -- as the source writes it: 'Le Monde'
) strict;

create table runs (
    -- one command that wrote to the index, with what it did
    id                  integer primary key,
    command             text not null,        -- 'run', 'ingest', 'cluster', 'rebuild', 'remove' or 'prune'
    started             text not null,        -- UTC, '2026-02-05T14:30:00Z'; --now sets it
    finished            text,                 -- UTC; null: still running, or interrupted
    stored              integer not null default 0,   -- articles that were new
    updated             integer not null default 0,   -- articles that came with a newer text, time or language
    unchanged           integer not null default 0,   -- articles without anything newer; an older text
                                                      -- is stored as a version
    rejected            integer not null default 0,   -- records that were not usable articles
    links               integer not null default 0,   -- links that were new
    new_stories         integer not null default 0,   -- stories that were new
    grown_stories       integer not null default 0,   -- older stories that got a report
    merged_stories      integer not null default 0,   -- stories that became part of another
    split_stories       integer not null default 0,   -- stories that were split from another
    overruled_decisions integer not null default 0,   -- decisions that copies contradict
    seconds             text not null default '{}',   -- JSON: seconds of each stage
    settings            text not null default '{}',   -- JSON: what the scores depend on
    software            text not null default '{}'    -- JSON: versions of twicetold and its libraries
) strict;

create table copy_groups (
    -- articles joined by copy links: one text, reprinted, cut or updated
    id                integer primary key autoincrement,  -- never reused
    origin_article_id integer not null references articles(id) deferrable initially deferred,
                                              -- its earliest article
    articles          integer not null        -- how many, at least 2
) strict;

create table stories (
    -- all reports of one event
    id              integer primary key autoincrement,  -- never reused
    title           text not null,            -- its lead article's, without the outlet's name or section
    lang            text not null,            -- its lead article's
    first_published text not null,            -- UTC; when first seen, if its source gave no time
    last_published  text not null,            -- UTC; of the latest report or update
    articles        integer not null,         -- how many
    outlets         integer not null,         -- how many different ones
    languages       text not null,            -- 'en fr', the most frequent first
    cohesion        real,                     -- mean probability over all pairs of its reports, pairs
                                              -- without a link as 0; null: a single report
    lead_article_id integer not null references articles(id) deferrable initially deferred,
    settled         integer not null default 0  -- 1: not clustered again; late reports and copies
                                                -- still join it
) strict;

-- the nightly run marks the stories that have settled
create index stories_open on stories(last_published) where not settled;

create table articles (
    id            integer primary key,
    key           text not null unique,       -- source's id, else canonical url, else 'text:' + hash
    outlet_id     integer not null references outlets(id),
    title         text not null,
    body          text not null,              -- a blank line between paragraphs; '': none, or pruned
    lang          text not null,              -- 'en'; '': not known
    published     text                        -- UTC; null: the source gave no time
        check (published glob '????-??-??T??:??:??Z'),
    updated       text                        -- UTC; null: the source named no update
        check (updated glob '????-??-??T??:??:??Z'),
    first_seen    text,                       -- UTC, only if published is null: its place in time
    url           text not null,              -- '': none given
    byline        text not null,              -- '': none given
    credit        text not null,              -- agency that the text names as its source: 'Reuters', ''
    words         integer not null,           -- of the body
    pending       integer not null default 1, -- 1: not clustered yet, or to be clustered again
    pruned        text                        -- UTC, when its text was deleted; it stays in its story.
        check (pruned is null or (body = '' and not pending)),  -- null: it has its text
    copy_group_id integer references copy_groups(id),  -- null: in no copy group
    story_id      integer references stories(id),      -- null: not clustered yet
    run_id        integer not null references runs(id) -- the run that stored its newest text
) strict;

-- the nightly run reads one window of days, oldest first
create index articles_by_time on articles(coalesce(published, first_seen));
-- the reports of a story
create index articles_by_story on articles(story_id);
-- the articles of a copy group
create index articles_by_copy_group on articles(copy_group_id) where copy_group_id is not null;
-- the nightly run looks for the articles that are not clustered
create index articles_pending on articles(id) where pending;

create table story_events (
    -- how stories changed, run by run
    id             integer primary key,
    run_id         integer not null references runs(id),
    at             text not null,             -- UTC, when the run began
    event          text not null              -- 'created'; 'grown': got an article without a story;
        check (event in ('created', 'grown', 'moved', 'merged', 'split', 'settled')),
                                              -- 'moved': got one of another story; 'merged': got all of
                                              -- another; 'split': was made of articles of another
    story_id       integer not null,          -- no foreign key: it may be gone
    other_story_id integer,                   -- where the articles came from; null: no other story
    article_id     integer,                   -- null: the event is about several, or none
    articles       integer not null           -- how many came into the story
) strict;

create index story_events_by_story on story_events(story_id);
create index story_events_by_other on story_events(other_story_id) where other_story_id is not null;

create table versions (
    -- texts that an article had before its newest one
    article_id integer not null references articles(id) on delete cascade,
    version    integer not null,              -- 1, 2, … in the order in which they were replaced
    replaced   text not null,                 -- UTC, when the newer text was read; if that was read first,
                                              -- when this one was read
    title      text not null,
    body       text not null,
    updated    text,                          -- UTC; null: the source named no update
    pending    integer not null default 1,    -- 1: the next run looks for copies that still carry it
    primary key (article_id, version)
) strict, without rowid;

create index versions_pending on versions(article_id) where pending;

create table version_bands (
    -- the LSH buckets of older texts, which later copies of an older text share
    bucket     integer not null,              -- as in bands
    article_id integer not null,              -- of articles; the article that had the older text
    primary key (bucket, article_id)
) strict, without rowid;

create table stale (
    -- articles that still carry text removed from the article that they copied, as of the last run
    article_id integer not null,              -- whose text was changed
    version    integer not null,              -- the older text that they carry
    copy_id    integer not null references articles(id) on delete cascade,
    carried    real not null,                 -- share of the removed shingles that the copy still has, .5 to 1
    primary key (article_id, version, copy_id),
    foreign key (article_id, version) references versions(article_id, version) on delete cascade
) strict, without rowid;

create index stale_by_copy on stale(copy_id);

create table tombstones (
    -- articles that were removed, so that they do not come back; nothing of their text is kept
    key_hash text primary key,                -- SHA-256 of the key, in hexadecimal
    removed  text not null,                   -- UTC
    note     text not null                    -- why; '': not given
) strict, without rowid;

create table signatures (
    article_id integer primary key references articles(id) on delete cascade,
    minhash    blob not null                  -- 128 little-endian uint32: datasketch's affine32, seed 1
        check (length(minhash) = 512)
) strict;

create table bands (
    -- articles that share a bucket are candidate pairs for copies
    bucket     integer not null,              -- signed 32 bits; hash of a band's number and 4 values
    article_id integer not null,              -- of articles; no foreign key: a delete would scan the table
    primary key (bucket, article_id)
) strict, without rowid;

create table recent_bands (
    -- bands of recent articles, once an index is large. The buckets of one night lie all over the
    -- table bands; writing them to a small table first, and merging it now and then, costs less
    bucket     integer not null,              -- as in bands
    article_id integer not null,              -- as in bands
    primary key (bucket, article_id)
) strict, without rowid;

create table embeddings (
    -- vectors of articles, if the index uses an embedder (--embedder)
    article_id integer not null references articles(id) on delete cascade,
    embedder   text not null,                 -- with its version: 'use-multilingual-3'
    vector     blob not null,                 -- little-endian float16, of unit norm
    primary key (article_id, embedder)
) strict, without rowid;

create table links (
    -- scored pairs of articles that were kept, a before b in time
    a            integer not null references articles(id) on delete cascade,
    b            integer not null references articles(id) on delete cascade,
    kind         text not null                -- 'copy': text taken over; 'story': two texts;
        check (kind in ('copy', 'story', 'template')),  -- 'template': same form, other facts
    found_by     text not null                -- 'bucket': they share one; 'neighbour': of the TF-IDF
        check (found_by in ('bucket', 'neighbour')),  -- search, which the cosines come from
    probability  real not null,               -- that both report one event, 0..1
    jaccard      real,                        -- of shingles; null: the texts are too unlike to compare
    a_in_b       real,                        -- share of a's shingles that b has; null though jaccard is
                                              -- not: a text was pruned, and jaccard is an estimate
    b_in_a       real,                        -- share of b's shingles that a has; null: as a_in_b
    cosine_body  real,                        -- TF-IDF cosine of title and text; this and the next three:
                                              -- 0..1, null if found by a bucket
    cosine_lead  real,                        -- of title and first 120 words
    cosine_title real,
    cosine_names real,                        -- of names and numbers
    primary key (a, b)
) strict, without rowid;

create index links_by_b on links(b);

create table decisions (
    -- manual decisions on two articles; every later run obeys them, even against the probability
    a       integer not null references articles(id) on delete cascade,
    b       integer not null references articles(id) on delete cascade,
    verdict text not null                     -- 'same': one story; 'different': two stories
        check (verdict in ('same', 'different')),
    by      text not null,                    -- who decided; '': not given
    at      text not null,                    -- UTC
    note    text not null,                    -- why; '': not given
    primary key (a, b),
    check (a < b)
) strict, without rowid;

create index decisions_by_b on decisions(b);

create table rejections (
    id      integer primary key,
    run_id  integer not null references runs(id),
    source  text not null,                    -- the file, '-' for standard input
    line    integer not null,                 -- line, or entry of a feed; 0: the file as a whole
    field   text not null,                    -- which field is wrong; 'line' or 'file': all of it
    reason  text not null,
    excerpt text not null                     -- the beginning of the record
) strict;

create virtual table articles_fts using fts5(
    title, body, content="articles", content_rowid="id", columnsize=0,  -- double quotes, for sqlite-utils
    tokenize="unicode61 remove_diacritics 2"
);
-- the program itself inserts new articles, many at a time
create trigger articles_fts_delete after delete on articles begin
    insert into articles_fts(articles_fts, rowid, title, body)
    values ('delete', old.id, old.title, old.body);
end;
create trigger articles_fts_update after update of title, body on articles begin
    insert into articles_fts(articles_fts, rowid, title, body)
    values ('delete', old.id, old.title, old.body);
    insert into articles_fts(rowid, title, body) values (new.id, new.title, new.body);
end;

create view story_overview as
-- what is the news? one row per story, the most widely reported first, then the most cohesive
select
    stories.id as story,
    stories.title,
    stories.outlets,
    stories.articles,
    (select count(*) from articles
     join copy_groups on copy_groups.id = articles.copy_group_id
     where articles.story_id = stories.id
       and articles.id <> copy_groups.origin_article_id) as copies,
    stories.languages,
    round(stories.cohesion, 2) as cohesion,
    stories.first_published,
    stories.last_published
from stories
order by
    stories.outlets desc,
    stories.cohesion desc,
    stories.articles desc,
    stories.first_published,
    stories.id;

create view story_reports as
-- who reported it, when, and in whose words? one row per report, in time order
select
    articles.story_id as story,
    articles.id as article,
    coalesce(articles.published, articles.first_seen) as published,
    articles.updated,
    (select count(*) from versions where article_id = articles.id) as versions,  -- older texts of it
    outlets.name as outlet,
    articles.lang,
    articles.title,
    articles.words,
    articles.credit,
    case when origin_article_id <> articles.id then origin_article_id end as copy_of,
    articles.url,
    articles.pruned                  -- UTC, when its text was deleted; null: it has its text
from articles
join outlets on outlets.id = articles.outlet_id
left join copy_groups on copy_groups.id = articles.copy_group_id
order by articles.story_id, coalesce(articles.published, articles.first_seen), articles.key;

create view copies as
-- which text was taken over, from whom, how much of it, how fast?
select
    links.a as article,
    earlier.name as outlet,
    links.b as copy,
    later.name as copying_outlet,
    links.jaccard,                        -- estimated if the two below are null: a text was pruned
    links.b_in_a as share_of_copy,        -- share of the copy that is text of the article
    links.a_in_b as share_of_original,    -- share of the article's text that the copy has
    round(24 * (julianday(copied.published) - julianday(original.published)), 1) as hours,
    copied.title
from links
join articles as original on original.id = links.a
join articles as copied on copied.id = links.b
join outlets as earlier on earlier.id = original.outlet_id
join outlets as later on later.id = copied.outlet_id
where links.kind = 'copy';

create view stale_copies as
-- which copies still carry what was corrected? the latest corrections first
select
    stale.article_id as article,
    changing.name as outlet,
    versions.replaced as changed,   -- UTC, when the newer text was read
    stale.version,                   -- the latest older text that the copy carries
    stale.copy_id as copy,
    carrying.name as copying_outlet,
    round(stale.carried, 3) as carried,  -- share of the removed shingles that the copy still has
    copied.title
from stale
join versions on versions.article_id = stale.article_id and versions.version = stale.version
join articles as changed on changed.id = stale.article_id
join articles as copied on copied.id = stale.copy_id
join outlets as changing on changing.id = changed.outlet_id
join outlets as carrying on carrying.id = copied.outlet_id
where not exists (
    select 1 from stale as later
    where later.article_id = stale.article_id and later.copy_id = stale.copy_id
      and later.version > stale.version
)
order by versions.replaced desc, stale.article_id, stale.copy_id;

create view threads as
-- which other stories belong to the same affair? other events, the same names
select
    one.story_id as story,
    other.story_id as other_story,
    round(avg(cosine_names), 2) as names,   -- mean cosine over their links; reports of two quakes: .1 to .2
    count(*) as links,
    stories.first_published,                -- of the other story
    stories.title
from articles as one
join links on kind = 'story' and (links.a = one.id or links.b = one.id)
join articles as other on other.id = iif(links.a = one.id, links.b, links.a)
join stories on stories.id = other.story_id
where other.story_id <> one.story_id
group by one.story_id, other.story_id
having avg(cosine_names) >= 0.3;

create view outlet_pairs as
-- who copies whom, how often, how fast? a copy counts once: for the origin of its group if it shares
-- text with it, else for the most similar text
select
    outlet,
    copying_outlet,
    count(*) as copies,
    round(avg(share_of_copy), 3) as share_of_copy,
    round(avg(hours), 1) as hours
from (
    select
        copies.*,
        row_number() over (
            partition by copy order by origin_article_id = article desc, jaccard desc, article
        ) as place
    from copies
    join articles on articles.id = copies.copy
    join copy_groups on copy_groups.id = articles.copy_group_id
)
where place = 1 and outlet <> copying_outlet
group by outlet, copying_outlet
order by copies desc, outlet, copying_outlet;

create view changes as
-- how did a story change, or what did a run change? one row per event
select
    story_events.run_id as run,
    story_events.at,
    event,
    story_id as story,
    other_story_id as other_story,
    sum(story_events.articles) as articles,   -- that came into the story
    coalesce(stories.title, '') as title      -- '': the story is gone
from story_events
left join stories on stories.id = story_id
group by story_events.run_id, event, story_id, other_story_id
order by story_events.run_id, min(story_events.id);

create view nightly as
-- what did each run do?
select
    id as run, command, started, finished, stored, updated, unchanged, rejected,
    links, new_stories, grown_stories, merged_stories, split_stories, overruled_decisions
from runs
order by id desc;

pragma application_id = 846742612;  -- '2xDT' in ASCII: the file is a twicetold index
