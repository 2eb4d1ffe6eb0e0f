-- What do people look at first? Views that need no further join, and an index for each of them.

-- copies are listed without the links between other texts
create index copy_links on links(a, b) where kind = 'copy';

-- the most widely reported stories come first: a list reads no others
create index stories_by_rank on stories(outlets desc, cohesion desc, articles desc, first_published, id);

-- what a run changed is read without what other runs did
create index story_events_by_run on story_events(run_id);

drop view outlet_pairs;
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
    round(jaccard, 3) as jaccard,         -- estimated if the two below are null: a text was pruned
    round(iif(original.id = links.a, b_in_a, a_in_b), 3) as share_of_copy,  -- that is text of the article
    round(iif(original.id = links.a, a_in_b, b_in_a), 3) as share_of_original,  -- that the copy has
    case                                  -- null: one has no time or no hour, or an agency was first
        when length(original.published) > 10 and length(copied.published) > 10
            and coalesce(agency, '') = ''
        then round(24 * (julianday(copied.published) - julianday(original.published)), 1)
    end as hours,
    case                                  -- what says that the article was first
        when coalesce(agency, '') <> '' or by_credit and original.id = origin_article_id then 'credit'
        when original.published is null or copied.published is null then 'undecided'
        when substr(original.published, 1, 10) < substr(copied.published, 1, 10) then 'day'
        when length(original.published) > 10 and original.published < copied.published then 'hour'
        else 'undecided'
    end as evidence,
    coalesce(copied.published, copied.first_seen) as published,  -- of the copy
    copied.story_id as story,
    copied.title
from links
join articles as copied on copied.id = links.a or copied.id = links.b
-- said twice, so that the links of a copy and those of an article are both found by an index
join articles as original on (links.a = original.id or links.b = original.id)
    and original.id = iif(links.a = copied.id, links.b, links.a)
left join copy_groups on copy_groups.id = copied.copy_group_id
join outlets as source on source.id = original.outlet_id
join outlets as copying on copying.id = copied.outlet_id
where links.kind = 'copy'
    -- the origin first, else the earlier one
    and iif(origin_article_id in (links.a, links.b), original.id = origin_article_id, original.id = links.a);

create view outlet_pairs as
-- who copies whom, how often, how fast? a copy counts once: for the origin of its group if it shares
-- text with it, else for the most similar text
select
    outlet,
    copying_outlet,
    count(*) as copies,
    sum(evidence = 'undecided') as undecided,  -- of them, those of which the clock and the texts
                                               -- do not say who was first
    round(avg(share_of_copy), 2) as share_of_copy,
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

create view story_reports as
-- who reported it, when, and in whose words? one row per report, in time order
select
    articles.story_id as story,
    articles.id as article,
    coalesce(articles.published, articles.first_seen) as published,
    outlets.name as outlet,
    articles.title,
    case                             -- whose text it took over; null: not a copy
        when copy_groups.agency <> '' then copy_groups.agency
        when origin_article_id <> articles.id then source.name
    end as copied_from,
    case when origin_article_id <> articles.id then (
        -- share of its text that the origin has, else the most similar text of the copy group
        select cast(round(100 * share) as integer)
        from (
            select iif(a = articles.id, a_in_b, b_in_a) as share, jaccard,
                   origin_article_id in (a, b) as is_of_origin
            from links
            where kind = 'copy' and (a = articles.id or b = articles.id)
        )
        order by is_of_origin desc, jaccard desc
        limit 1
    ) end as percent_copied,         -- null: not a copy, or a text was pruned
    articles.lang,
    articles.words,
    articles.updated,
    articles.published is null as undated,  -- 1: its source gave no time, it was first seen then
    (select count(*) from versions where article_id = articles.id) as versions,  -- older texts of it
    articles.credit,
    case when origin_article_id <> articles.id then origin_article_id end as copy_of,
    coalesce(copy_groups.agency, '') as agency,  -- whose text it is, as texts say; '': none
    case                             -- what says that the origin was first; null: not a copy
        when origin_article_id is null
            or origin_article_id = articles.id and copy_groups.agency = '' then null
        when by_credit then 'credit'
        when articles.published is null or origin.published is null then 'undecided'
        when substr(origin.published, 1, 10) < substr(articles.published, 1, 10) then 'day'
        when length(origin.published) > 10 and origin.published < articles.published then 'hour'
        else 'undecided'
    end as evidence,
    articles.url,
    articles.pruned                  -- UTC, when its text was deleted; null: it has its text
from articles
join outlets on outlets.id = articles.outlet_id
left join copy_groups on copy_groups.id = articles.copy_group_id
left join articles as origin on origin.id = origin_article_id
left join outlets as source on source.id = origin.outlet_id
order by
    articles.story_id,
    substr(coalesce(articles.published, articles.first_seen), 1, 10),
    length(coalesce(articles.published, articles.first_seen)) = 10,  -- a day alone: behind its hours
    coalesce(articles.published, articles.first_seen),
    articles.key;
