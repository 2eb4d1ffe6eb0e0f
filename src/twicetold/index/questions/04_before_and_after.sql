-- What came before a story, and what came of it?
--
-- `names` is how much the names in the reports of both stories agree.
-- :story 43
select other_story, first_published, names, title
from threads
where story = :story
order by first_published
