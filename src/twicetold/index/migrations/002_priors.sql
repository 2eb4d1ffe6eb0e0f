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

alter table articles add column only_day integer not null default 0
    /* 1: the source gave a day without an hour, and `published` is its first second */;
