-- Who copies whom, and how fast?
--
-- `hours` and `share_of_copy` are means: CNA has a Reuters text after about an hour, and adds hardly a
-- word of its own. A copy counts once, for the origin of its group: LATIMES and CNA share a text that
-- both have from Reuters, and neither is the other's source. All pairs are in `copies`. Of `undecided`
-- copies, neither a credit nor the clock says who was first.
-- Reads all copies.
select outlet, copying_outlet, copies, undecided, hours, share_of_copy
from outlet_pairs
