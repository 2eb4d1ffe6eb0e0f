-- a day without an hour is stored as a day. SQLite has no statement that changes a check; this way is
-- the one of its documentation: https://www.sqlite.org/lang_altertable.html#otheralter
pragma writable_schema = on;

update sqlite_schema set sql = replace(
    replace(
        sql,
        'check (published glob ''????-??-??T??:??:??Z'')',
        'check (published glob ''????-??-??T??:??:??Z'' or published glob ''????-??-??'')'
    ),
    'check (updated glob ''????-??-??T??:??:??Z'')',
    'check (updated glob ''????-??-??T??:??:??Z'' or updated glob ''????-??-??'')'
)
where type = 'table' and name = 'articles';

update sqlite_schema set sql = replace(replace(replace(
    sql,
    '-- UTC; null: the source gave no time',
    '-- UTC; ''2026-02-05'': no hour; null: no time'),
    '-- UTC; null: the source named no update',
    '-- UTC; a day if no hour; null: no update'),
    '-- UTC; when first seen, if its source gave no time',
    '-- UTC; a day if no hour; when first seen, if no time')
where type = 'table' and name in ('articles', 'stories');

pragma writable_schema = reset;

drop view copies;

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
    case                                  -- null: one of the two has no time, or a day without an hour
        when length(original.published) > 10 and length(copied.published) > 10
        then round(24 * (julianday(copied.published) - julianday(original.published)), 1)
    end as hours,
    copied.title
from links
join articles as original on original.id = links.a
join articles as copied on copied.id = links.b
join outlets as earlier on earlier.id = original.outlet_id
join outlets as later on later.id = copied.outlet_id
where links.kind = 'copy';

drop view story_reports;

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
order by
    articles.story_id,
    substr(coalesce(articles.published, articles.first_seen), 1, 10),
    length(coalesce(articles.published, articles.first_seen)) = 10,  -- a day alone: behind its hours
    coalesce(articles.published, articles.first_seen),
    articles.key;
