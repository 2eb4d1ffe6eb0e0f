-- What did everybody cover but one?
select
    id as story,
    (select name from outlets where id not in (
        select outlet_id from articles where story_id = stories.id
    )) as missing,
    title
from stories
where outlets = (select count(*) - 1 from outlets)
limit 100
