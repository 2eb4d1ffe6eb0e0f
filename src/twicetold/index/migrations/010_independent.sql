-- How many reports of a story are independent of each other?

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
    (select count(distinct case
         when coalesce(agency, '') <> '' then 'agency ' || agency
         when source.owner <> '' then source.owner
         else 'outlet ' || source.id
     end)
     from articles
     left join copy_groups on copy_groups.id = articles.copy_group_id
     left join articles as origin on origin.id = origin_article_id
     join outlets as source on source.id = coalesce(origin.outlet_id, articles.outlet_id)
     where articles.story_id = stories.id) as independent,  -- publishers of the texts: a copy counts
                                                            -- for its source, an agency for all its clients
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
