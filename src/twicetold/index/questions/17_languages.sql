-- How many stories are told in several languages?
--
-- The language of most reports comes first.
-- Reads all stories.
select languages, count(*) as stories, sum(articles) as articles
from stories
where languages like '% %'
group by languages
order by stories desc
