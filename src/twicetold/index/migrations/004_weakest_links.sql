alter table stories add column weakest_link real;

-- SQLite puts a new column behind the last comment; it belongs on a line with a comment of its own
pragma writable_schema = on;

update sqlite_schema set sql = replace(replace(replace(
    sql,
    'over all pairs of its reports, pairs', 'over its compared pairs of reports, pairs'),
    'settled         integer not null default 0  --', 'settled         integer not null default 0, --'),
    char(10) || ', weakest_link real)',
    char(10) ||
    '    weakest_link    real                      -- probability of the weakest link that it needs;
                                              -- 0: no links connect all its reports; null: a single
                                              -- report, or last changed before this was stored
)'
)
where type = 'table' and name = 'stories';

pragma writable_schema = reset;

drop view story_overview;

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
