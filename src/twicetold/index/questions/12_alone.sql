-- What did an outlet cover that nobody else did?
--
-- :outlet Le Monde
select report.article, report.published, report.words, report.title
from story_reports as report
join stories on stories.id = report.story
where report.outlet = :outlet and stories.outlets = 1
order by report.published desc
limit 100
