-- Which story does a text belong to?
--
-- The first line is its title. It is compared with the news of the last days of the index;
-- `story_of(:text, '2026-02-05')` names another day.
-- Reads the articles of ten days for the first answer, and keeps them for others.
-- :text Quake shakes southern Peru
select id as story, outlets, articles, title
from stories
where id = story_of(:text)
