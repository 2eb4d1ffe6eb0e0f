-- What share of an outlet's text is its own, week by week?
--
-- Reads all reports since a day.
-- :day 2026-02-02
select
    date(published, 'weekday 0', '-6 days') as week_of,
    outlet,
    sum(words) as words,
    round(100 - 1.0 * sum(words * coalesce(percent_copied, 0)) / sum(words)) as percent_own
from story_reports
where published >= :day
group by week_of, outlet
having sum(words) > 0
order by week_of, percent_own desc
