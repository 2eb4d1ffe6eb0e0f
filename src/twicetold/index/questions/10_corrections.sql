-- Whose corrections were not taken over?
--
-- `carried` is the share of the shingles dropped by the correction that the copy still has; copies with
-- a half or more are listed. `twicetold versions` shows what was changed. Each run updates the table
-- behind the view, `stale`.
select outlet, copying_outlet, copy, carried, title
from stale_copies
