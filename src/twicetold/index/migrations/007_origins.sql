alter table copy_groups add column by_credit integer not null default 0;
alter table copy_groups add column agency text not null default '';

-- SQLite puts new columns behind the last comment; they belong on lines with comments of their own
pragma writable_schema = on;

update sqlite_schema set sql = replace(replace(replace(
    sql,
    'integer not null        -- how many, at least 2' || char(10) || ', by_credit',
    'integer not null,       -- how many, at least 2' || char(10) || '    by_credit'),
    'by_credit integer not null default 0, agency text not null default ''''',
    'by_credit         integer not null default 0,   -- 1: texts name the origin''s outlet, or the agency'
    || char(10)
    || '    agency            text not null default ''''    -- that texts name as their source, if it has no'
    || char(10)
    || '                                              -- article in the group; '''': none' || char(10)),
    '-- its earliest article',
    '-- the article of the outlet that texts credit,'
    || char(10)
    || '                                              -- else the earliest')
where type = 'table' and name = 'copy_groups';

pragma writable_schema = reset;

drop view copies;
drop view story_reports;

create view copies as
-- which text was taken over, from whom, how much of it, how fast?
select
    original.id as article,
    case                                  -- an agency without an article here, if the texts name one
        when copy_groups.agency <> '' then copy_groups.agency
        when original.credit <> '' and original.id <> origin_article_id then original.credit
        else source.name
    end as outlet,
    copied.id as copy,
    copying.name as copying_outlet,
    links.jaccard,                        -- estimated if the two below are null: a text was pruned
    iif(original.id = links.a, b_in_a, a_in_b) as share_of_copy,      -- that is text of the article
    iif(original.id = links.a, a_in_b, b_in_a) as share_of_original,  -- that the copy has
    case                                  -- null: one has no time or no hour, or an agency was first
        when length(original.published) > 10 and length(copied.published) > 10
            and coalesce(agency, '') = ''
        then round(24 * (julianday(copied.published) - julianday(original.published)), 1)
    end as hours,
    copied.title
from links
join articles as first on first.id = links.a
left join copy_groups on copy_groups.id = first.copy_group_id
-- the origin first, else the earlier one
join articles as original on original.id = iif(origin_article_id = links.b, links.b, links.a)
join articles as copied on copied.id = iif(origin_article_id = links.b, links.a, links.b)
join outlets as source on source.id = original.outlet_id
join outlets as copying on copying.id = copied.outlet_id
where links.kind = 'copy';

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
    articles.pruned,                 -- UTC, when its text was deleted; null: it has its text
    coalesce(copy_groups.agency, '') as agency,  -- whose text it is, as texts say; '': none
    case                             -- what says that the origin was first; null: not a copy
        when origin_article_id is null
            or origin_article_id = articles.id and copy_groups.agency = '' then null
        when by_credit then 'credit'
        when articles.published is null or origin.published is null then 'undecided'
        when substr(origin.published, 1, 10) < substr(articles.published, 1, 10) then 'day'
        when length(origin.published) > 10 and origin.published < articles.published then 'hour'
        else 'undecided'
    end as evidence
from articles
join outlets on outlets.id = articles.outlet_id
left join copy_groups on copy_groups.id = articles.copy_group_id
left join articles as origin on origin.id = origin_article_id
order by
    articles.story_id,
    substr(coalesce(articles.published, articles.first_seen), 1, 10),
    length(coalesce(articles.published, articles.first_seen)) = 10,  -- a day alone: behind its hours
    coalesce(articles.published, articles.first_seen),
    articles.key;
