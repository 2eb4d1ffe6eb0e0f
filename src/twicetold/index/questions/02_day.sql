-- Which stories broke on a day?
--
-- :day 2026-02-05
select story, first_published, outlets, articles, title
from story_overview
where first_published >= :day and first_published < date(:day, '+1 day')
limit 100
