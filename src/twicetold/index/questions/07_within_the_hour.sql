-- Which outlets copied an outlet within the hour?
--
-- Reads all copies.
-- :outlet Reuters
select copying_outlet, count(*) as copies, min(hours) as fastest, round(avg(share_of_copy), 2) as share
from copies
where outlet = :outlet and copying_outlet <> outlet and hours between 0 and 1
group by copying_outlet
order by copies desc, copying_outlet
