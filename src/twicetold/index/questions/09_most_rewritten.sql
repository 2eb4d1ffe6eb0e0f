-- Which copied texts of a day were rewritten most?
--
-- `share_of_original` is how much of the source's text the copy kept.
-- Reads all copies.
-- :day 2026-02-05
select outlet, copying_outlet, copy, hours, share_of_copy, share_of_original, title
from copies
where published >= :day and published < date(:day, '+1 day') and outlet <> copying_outlet
order by share_of_copy
limit 100
