"""The whole run on one page: from the rows of frames to copy groups and stories.

    rows -> articles or rejections -> numbers in time order         reading, identities, articles
         -> furniture -> signatures                                 articles
    signatures -> buckets -> pairs -> copies                        crowds, candidates, verifying
    days -> scored pairs -> stories                                 scoring, replaying
    links and stories -> tables                                     results, writing

What depends on one article, or on the days before it, is computed for new days alone. Stories and
copy groups are found again where something has changed. Everything new is found before any table is
written.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from ..article import Rejection
from ..copies.minhash import BANDS
from ..errors import ArgumentError
from ..index.furniture import compared_without, periods_of
from ..index.settings import DEFAULT, Settings
from ..jobs.run_records import current_time
from ..progress import Progress, no_progress, timed
from ..records import Defaults
from ..text.furniture import Furniture
from ..times import Time
from .articles import learn_furniture, passage_rows, passages_of, sign_without
from .candidates import candidate_pairs, pairs_with, save_bands
from .changes import articles_of, touched, with_earlier
from .columns import ARTICLE, CROWD, LINK, PAIR, PASSAGE, SIGNATURE, names
from .crowds import find_crowds
from .decisions import Decided, resolve, separate
from .earlier_tables import Earlier, earlier_days
from .manual_tables import NO_MANUAL_TABLES, ManualTables
from .new_articles import NewArticles, read_new
from .replaying import ReplayWork, replay_days
from .results import Findings, describe, first_rejections
from .run_record import Done, RunRecord, begin, check_folder, finish
from .scoring import Scores, ScoringWork, blocks_of, first_day_read, score_days
from .store import Store, cores_of, day_of, sizes_of
from .verifying import compare_pairs
from .writing import write

_AS_IT_IS = Defaults()
Frames = DataFrame | Mapping[str, DataFrame]


class Result(NamedTuple):
    """What a run gave."""

    record: RunRecord  # counts and seconds
    rejected: Sequence[Rejection]  # the first of this run
    tables: Mapping[str, DataFrame]  # by name, see docs/spark.md


def run(
    session: SparkSession,
    frames: Frames,
    folder: str,
    settings: Settings = DEFAULT,
    *,
    manual: ManualTables = NO_MANUAL_TABLES,
    defaults: Defaults = _AS_IT_IS,
    now: Time | None = None,
    cores: int | None = None,
    progress: Progress = no_progress,
) -> Result:
    """Find the copies and stories of the articles in a frame, and write their tables to a folder.

    `frames` is one frame, or several by the names of their sources. A row is an article, its
    columns named as in a JSON line; or a line of JSON, if there is one column, `value`. All workers
    of the engine can write to `folder`; what an earlier run wrote there is replaced. `manual` has
    decisions, named furniture and outlets. `cores` is how many tasks the engine does at once, if it
    does not report it. Raises ArgumentError for settings that Spark does not have, TwicetoldError
    for a folder with other files or sources without an article.
    """
    if settings.embedder:
        raise ArgumentError("embedder", "is not supported on Spark", hint="run on one machine")
    store = Store(session, folder, cores or cores_of(session))
    check_folder(store)
    earlier = Earlier(store, None)
    return _Run(earlier, settings, manual, defaults, now).run_stages(frames, progress)


def add_days(
    session: SparkSession,
    frames: Frames,
    folder: str,
    *,
    manual: ManualTables = NO_MANUAL_TABLES,
    defaults: Defaults = _AS_IT_IS,
    now: Time | None = None,
    cores: int | None = None,
    progress: Progress = no_progress,
) -> Result:
    """Add the articles of new days to the tables of a folder; the result is that of all days.

    An article of days before the active ones of the folder is rejected, unless it is there already.
    The other arguments are those of `run`. Raises NotFoundError for a folder without the tables of
    a finished run.
    """
    store = Store(session, folder, cores or cores_of(session))
    earlier, settings = earlier_days(store)
    return _Run(earlier, settings, manual, defaults, now).run_stages(frames, progress)


class _Signed(NamedTuple):
    """The articles whose text, or furniture, is new."""

    articles: DataFrame
    signatures: DataFrame
    days: frozenset[int]  # of these articles, since 1970
    first_day: int  # the first of their days; if there are none, a day after all others

    @property
    def ids(self) -> DataFrame:
        """Their ids."""
        return self.articles.select("id")


class _Copies(NamedTuple):
    """Crowds, and the links of copies."""

    surplus: DataFrame
    crowd_links: DataFrame  # of new surplus articles
    links: DataFrame  # found by buckets, earlier ones too
    neighbours: DataFrame  # earlier ones that stay
    decided: Decided


class _Run(NamedTuple):
    """A run at work."""

    earlier: Earlier
    settings: Settings
    manual: ManualTables
    defaults: Defaults
    now: Time | None

    @property
    def store(self) -> Store:
        """The folder of the run."""
        return self.earlier.store

    def run_stages(self, frames: Frames, progress: Progress) -> Result:
        """Do all stages."""
        started, seconds = current_time(self.now), dict[str, float]()
        stages = timed(progress, seconds)
        sources = frames if isinstance(frames, Mapping) else {"frame": frames}
        with stages("articles", 0):
            settings = self.defaults, self.manual, self.settings.active_days
            new = read_new(self.earlier, sources, started, *settings)
        with stages("furniture", 0):
            days = frozenset(sizes_of(new.articles))
            furniture, has_changed = self._learn(new.articles, days)
            signed = self._sign(new.articles, days, furniture, has_changed)
        with stages("copies", 0):
            copies = self._find_copies(new.articles, signed, furniture)
        with stages("pairs", 0):
            scores, scored_days = self._score(signed, copies, furniture)
        with stages("stories", 0):
            findings = self._replay(new, signed, copies, scores)
        with stages("results", 0):
            opened = describe(self.earlier, findings)
        begin(self.store, started)
        with stages("writing", 0):
            write(self.earlier, findings, opened, signed.days, scored_days)
        work = Done(new.articles.count(), new.unread, seconds)
        record = finish(self.store, started, current_time(self.now), self.settings, work)
        rejected = first_rejections(self.store)
        self.store.clean()
        return Result(record, rejected, self.store.results())

    def _learn(self, new: DataFrame, days: frozenset[int]) -> tuple[Furniture, bool]:
        """Learn furniture from the periods of new days; return whether it has changed."""
        before = self.earlier.whole("furniture")
        if self.manual.passages:
            named = self.store.session.createDataFrame(passage_rows(self.manual.passages), PASSAGE)
            before = before.where("from_day is not null").unionByName(named)
        firsts = periods_of(days)
        articles = self._articles_since(min(firsts, default=0)).unionByName(new)
        passages = passages_of(learn_furniture(self.store, articles, firsts, before))
        verdicts = {(each.passage, each.verdict) for each in passages}
        earlier = passages_of(self.earlier.whole("furniture"))
        has_changed = verdicts != {(each.passage, each.verdict) for each in earlier}
        return compared_without(passages), has_changed

    def _sign(
        self, new: DataFrame, days: frozenset[int], furniture: Furniture, has_changed: bool
    ) -> _Signed:
        """Sign new articles, and active ones whose furniture has changed."""
        store, earlier = self.store, self.earlier
        articles = new
        if earlier.last_day is not None and days and has_changed:
            start = max(days) - self.settings.active_days + 1
            active = self._articles_since(start)
            before = earlier.since("signatures", start).select(
                "article_id", F.col("left_out").alias("before")
            )
            other = sign_without(active, furniture).join(before, "article_id")
            changed = other.where("left_out <> before").select(F.col("article_id").alias("id"))
            again = active.join(changed, "id", "left_semi")
            again = store.save("work/signed_again", ARTICLE, again)
            days |= frozenset(sizes_of(again))
            articles = new.unionByName(again)
        signatures = store.save("work/signatures", SIGNATURE, sign_without(articles, furniture))
        after = 0 if earlier.last_day is None else earlier.last_day + 1
        return _Signed(articles, signatures, days, min(days, default=after))

    def _find_copies(self, new: DataFrame, signed: _Signed, furniture: Furniture) -> _Copies:
        """Find the copies of articles that were signed, among all articles."""
        store, earlier = self.store, self.earlier
        named = ["id", "key", "outlet"]
        all_keys = earlier.all_days("articles").select(*named).unionByName(new.select(*named))
        decided = resolve(all_keys, self.manual.decisions, earlier)
        surplus, crowd_links = find_crowds(
            store, signed.articles, signed.signatures, decided.ids, furniture
        )
        others = earlier.whole("crowds").join(signed.signatures, "article_id", "left_anti")
        surplus = store.save("work/crowds", CROWD, others.unionByName(surplus))
        entries = save_bands(store, signed.signatures)
        entries = entries.join(surplus, "article_id", "left_anti")
        if earlier.last_day is not None:
            others = earlier.all_days("bands").join(surplus, "article_id", "left_anti")
            others = others.join(signed.signatures, "article_id", "left_anti")
            buckets = entries.select("bucket").distinct()
            entries = entries.unionByName(others.join(buckets, "bucket", "left_semi"))
        rows = entries.count()
        # an article is in a bucket once; of earlier ones only the buckets of new ones are here
        most = rows // BANDS if earlier.last_day is None else rows
        pairs = candidate_pairs(store, entries, rows, most)
        if earlier.last_day is not None:
            pairs = pairs_with(pairs, signed.ids)
        pairs = store.save("work/pairs", PAIR, pairs)
        texts = self._texts_of(pairs, signed)
        compared = store.save(
            "work/copies", LINK, compare_pairs(store, pairs, texts, pairs.count(), furniture)
        )
        stays = self._links_that_stay(signed)
        of_buckets = stays.where("found_by = 'bucket'").unionByName(compared)
        links = separate(store, of_buckets, decided)
        neighbours = stays.where("found_by = 'neighbour'").where(day_of("b") < signed.first_day)
        return _Copies(surplus, crowd_links, links, neighbours, decided)

    def _score(
        self, signed: _Signed, copies: _Copies, furniture: Furniture
    ) -> tuple[Scores, list[int]]:
        """Score the pairs of the days from the first changed one on; return these days, too."""
        surplus = copies.surplus.select(F.col("article_id").alias("id"))
        start = first_day_read(signed.first_day, self.settings.active_days)
        others = self._articles_since(start).join(signed.ids, "id", "left_anti")
        articles = signed.articles.unionByName(others).join(surplus, "id", "left_anti")
        before = self.earlier.since("signatures", start)
        others = before.join(signed.signatures, "article_id", "left_anti")
        signatures = signed.signatures.unionByName(others)
        sizes = sizes_of(articles.where(F.col("day") >= signed.first_day))
        blocks = blocks_of(sizes, self.store.cores)
        work = ScoringWork(blocks, self.settings.active_days, self.settings.scorer, furniture)
        scores = score_days(self.store, articles, signatures, work)
        return scores, sorted(sizes)

    def _replay(
        self, new: NewArticles, signed: _Signed, copies: _Copies, scores: Scores
    ) -> Findings:
        """Replay all days, as far as something may have changed."""
        every = with_earlier(self.earlier, scores, copies.neighbours, signed.first_day)
        days, pair = tuple(sorted(sizes_of(every.traits))), ["a", "b"]
        decided, active_days = copies.decided, self.settings.active_days
        work = ReplayWork(days, active_days, self.settings.cut, decided.same, decided.different)
        copied = copies.links.unionByName(copies.crowd_links)
        linked = copied.select(*pair).union(every.links.select(*pair))
        # articles that are active on a day are clustered again on that day
        since = signed.first_day - active_days + 1
        changed = touched(self.earlier, since, signed.ids, linked, decided.ids)
        replayed = replay_days(self.store, copies.links, every, work, changed.ids)
        scored = every.links.join(copies.links.select(*pair), pair, "left_anti")
        links = copied.unionByName(scored.join(replayed.contradicted, pair, "left_anti"))
        scores = scores._replace(priors=every.priors)  # those of all days
        return Findings(
            new, signed.articles, changed, copies.surplus, links, scores, replayed, decided
        )

    def _articles_since(self, day: int) -> DataFrame:
        return self.earlier.since("articles", day).select(*names(ARTICLE))

    def _texts_of(self, pairs: DataFrame, signed: _Signed) -> DataFrame:
        """Return the articles of pairs; earlier days without a pair are not read."""
        ids = pairs.select(F.col("a").alias("id")).union(pairs.select("b")).distinct()
        return articles_of(self.earlier, signed.articles, ids)

    def _links_that_stay(self, signed: _Signed) -> DataFrame:
        """Return the earlier links of articles that were not signed again."""
        links = self.earlier.all_days("links")
        for side in ("a", "b"):
            links = links.join(signed.ids.withColumnRenamed("id", side), side, "left_anti")
        return links
