-- What did others cover, but an outlet did not?
--
-- `twicetold coverage` also looks at whether the outlet published at all on those days.
-- :outlet LATIMES
select story, outlets, first_published, title
from story_overview
where (select id from outlets where name = :outlet) not in (
    select outlet_id from articles where story_id = story
)
limit 100
