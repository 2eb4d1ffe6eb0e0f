-- Which articles were changed most often?
select versions.article_id as article, count(*) as changes, report.updated, report.outlet, report.title
from versions
join story_reports as report on report.article = versions.article_id
group by versions.article_id
order by changes desc, versions.article_id
limit 100
