create table priors (
    -- what was known of the pairs of a day before their texts were compared
    day           text not null,              -- of the later article: '2026-02-05'
    lang          text not null,              -- of the later article; '': not known
    articles      integer not null,           -- of this language in the active days
    dated_share   real not null,              -- estimated share of the candidate pairs that report one
                                              -- event, 0..1
    undated_share real not null,              -- the same for pairs with an undated article
    primary key (day, lang)
) strict, without rowid;

drop view threads;

create view threads as
-- which other stories belong to the same affair? other events, the same names
select
    one.story_id as story,
    other.story_id as other_story,
    round(avg(cosine_names), 2) as names,   -- mean cosine over their links in one language; reports
                                            -- of two quakes: .1 to .2
    count(*) as links,
    stories.first_published,                -- of the other story
    stories.title
from articles as one
join links on kind = 'story' and (links.a = one.id or links.b = one.id)
join articles as other on other.id = iif(links.a = one.id, links.b, links.a)
    and other.lang = one.lang
join stories on stories.id = other.story_id
where other.story_id <> one.story_id
group by one.story_id, other.story_id
having avg(cosine_names) >= 0.3;
