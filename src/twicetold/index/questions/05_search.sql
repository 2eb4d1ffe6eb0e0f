-- Which stories mention a name?
--
-- `search_words` takes words as people type them: `abu-dhabi`, `"abu dhabi" -oil`, `zelensk*`. Accents
-- and case do not matter. SQLite's own queries work without it: `match 'title: earthquake'`.
-- :words zelensky
select report.story, count(*) as reports, min(report.published) as first, stories.title
from articles_fts
join story_reports as report on report.article = articles_fts.rowid
join stories on stories.id = report.story
where articles_fts match search_words(:words)
group by report.story
order by reports desc, report.story
limit 100
