-- Which language was first with the stories of two languages?
--
-- Reads all stories, and the reports of those in several languages.
select report.lang, count(*) as stories
from stories
join articles as report on report.id = (
    select id from articles
    where story_id = stories.id and length(published) > 10
    order by published
    limit 1
)
where stories.languages like '% %'
group by report.lang
order by stories desc
