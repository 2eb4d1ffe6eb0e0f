-- Each older text has its time, so that older texts are in their order, whatever order they were read
-- in. What was stored before stays as it is.
pragma writable_schema = on;

update sqlite_schema set sql = replace(
    sql,
    '-- UTC; null: the source named no update',
    '-- UTC, of its last update, else of its publication; null: no time'
)
where type = 'table' and name = 'versions';

pragma writable_schema = reset;

drop view stale_copies;

create view stale_copies as
-- which copies still carry what was corrected? the latest corrections first
select
    stale.article_id as article,
    changing.name as outlet,
    versions.replaced as changed,   -- UTC, when the newer text was read
    stale.version,                   -- the latest older text that the copy carries
    stale.copy_id as copy,
    carrying.name as copying_outlet,
    round(stale.carried, 3) as carried,  -- share of the removed shingles that the copy still has
    copied.title
from stale
join versions on versions.article_id = stale.article_id and versions.version = stale.version
join articles as changed on changed.id = stale.article_id
join articles as copied on copied.id = stale.copy_id
join outlets as changing on changing.id = changed.outlet_id
join outlets as carrying on carrying.id = copied.outlet_id
where not exists (
    select 1 from stale as other
    join versions as later on later.article_id = other.article_id and later.version = other.version
    where other.article_id = stale.article_id and other.copy_id = stale.copy_id
      and (coalesce(later.updated, ''), later.version)
        > (coalesce(versions.updated, ''), versions.version)
)
order by versions.replaced desc, stale.article_id, stale.copy_id;
