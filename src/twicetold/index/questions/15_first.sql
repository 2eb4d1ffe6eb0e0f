-- Which outlet is first with a story, and how often?
--
-- Of the stories that an outlet shares with another.
-- Reads all reports since a day.
-- :day 2026-02-02
with recent as materialized (
    select story_id as story, outlet_id, coalesce(published, first_seen) as time
    from articles
    where coalesce(published, first_seen) >= :day
),
reported as (
    select story, outlet_id, min(time) as first
    from recent
    group by story, outlet_id
),
ranked as (
    select outlet_id,
           rank() over (partition by story order by first) as place,
           count(*) over (partition by story) as outlets
    from reported
)
select outlets.name as outlet, count(*) as stories, sum(place = 1) as first,
       round(100.0 * sum(place = 1) / count(*)) as percent
from ranked
join outlets on outlets.id = outlet_id
where outlets > 1
group by outlet_id
order by first desc, outlet
