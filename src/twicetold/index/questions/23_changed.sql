-- Which stories did a night change?
--
-- Merged, split or grown; `twicetold history` shows one story. All events are in `changes`, and
-- `nightly` has the numbers of the runs.
-- :run 6
select event, story, other_story, articles, title
from changes
where run = :run and event in ('grown', 'moved', 'merged', 'split')
