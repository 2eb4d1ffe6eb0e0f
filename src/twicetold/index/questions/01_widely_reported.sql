-- Which stories were reported most widely?
--
-- For a week, add `where last_published >= '2026-02-02' and first_published < '2026-02-09'`.
select story, outlets, articles, copies, languages, title
from story_overview
limit 100
