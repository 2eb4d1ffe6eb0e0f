-- Which names are in most headlines of a day?
--
-- Of the stories that broke on that day. Names are written alike in all languages: names gives 'moscow'
-- for Moscou.
-- Reads all stories, and the headlines of the day, half a millisecond each.
-- :day 2026-02-05
select name.value as name, count(*) as stories, sum(articles) as reports
from stories, json_each(names(title)) as name
where first_published >= :day and first_published < date(:day, '+1 day')
    and name.value glob '*[a-z]*'
group by name.value
order by stories desc, reports desc, name
limit 100
