-- Who reported a story, when, and in whose words?
--
-- `percent_copied` is the share of a report's text that is its source's.
-- :story 43
select article, published, outlet, lang, copied_from, percent_copied, title
from story_reports
where story = :story
order by published
