-- Which stories of several reports hold together least?
--
-- `certainty` is 'uncertain' below a mean probability of .5: maybe more than one event. `twicetold why`
-- shows the report that fits least.
-- Reads all stories.
select story, cohesion, weakest_link, certainty, articles, title
from story_overview
where story in (
    select id from stories where cohesion is not null order by cohesion, id limit 5
)
order by cohesion, story
