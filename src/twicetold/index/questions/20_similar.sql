-- Which reports are most like an article, and which of them does its story lack?
--
-- :article 95
select report.article, round(probability, 2) as probability, kind, report.outlet, report.story,
       report.title
from links
join story_reports as report on report.article = iif(a = :article, b, a)
where a = :article or b = :article
order by links.probability desc, report.article
limit 100
