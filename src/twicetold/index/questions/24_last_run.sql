-- What did the last night's run do?
--
-- Nothing was rejected here. The table `rejections` has rejected records and the reasons.
select command, stored, updated, unchanged, rejected, links, new_stories, grown_stories
from nightly
limit 1
