-- What is the longest unbroken passage that was copied on a day?
--
-- Reads all copies, and the texts of those of the day.
-- :day 2026-02-05
with taken as (
    select copies.outlet, copying_outlet, shared_text(original.body, copied.body) as passage
    from copies
    join articles as original on original.id = copies.article
    join articles as copied on copied.id = copies.copy
    where copies.published >= :day and copies.published < date(:day, '+1 day')
)
select outlet, copying_outlet, length(passage) as characters, substr(passage, 1, 50) || '…' as passage
from taken
where outlet <> copying_outlet
order by characters desc
limit 20
