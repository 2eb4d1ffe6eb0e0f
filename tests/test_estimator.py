"""Stories as clusters of scikit-learn, and answers in a notebook."""

import html
import json
import random
import re
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import polars as pl
import pytest
from newsroom import CORPUS, MODEL_STORY, TALKS_RESUME, article, select
from sklearn.base import clone
from sklearn.cluster import DBSCAN
from sklearn.metrics import adjusted_rand_score
from sklearn.pipeline import make_pipeline
from sklearn.utils import estimator_checks

import twicetold as library


@pytest.fixture(scope="module")
def corpus():
    """The articles of the sample corpus, one of them twice: as it was, and corrected."""
    return [i for i in library.read_articles(CORPUS) if isinstance(i, library.Article)]


@pytest.fixture(scope="module")
def fitted(corpus):
    return library.StoryClusterer().fit(corpus)


def groups_of(labels, corpus):
    """The sets of keys that have the same label; -1 is none."""
    return {
        frozenset(item.key for item, other in zip(corpus, labels, strict=True) if other == label)
        for label in set(labels.tolist()) - {-1}
    }


def stored_groups(sample, column):
    rows = select(
        sample,
        f"select {column}, json_group_array(key) from articles where {column} not null group by 1",
    )
    return {frozenset(json.loads(keys)) for _, keys in rows}


def test_stories_and_copy_groups_are_those_of_a_run(fitted, corpus, sample):
    assert groups_of(fitted.labels_, corpus) == stored_groups(sample, "story_id")
    assert groups_of(fitted.copy_labels_, corpus) == stored_groups(sample, "copy_group_id")
    assert fitted.n_articles_ == len(corpus) == 154


def test_labels_are_numbered_as_they_come(fitted):
    labels = fitted.labels_.tolist()

    assert list(dict.fromkeys(labels)) == list(range(max(labels) + 1))
    assert fitted.labels_.dtype == np.int64
    assert set(fitted.copy_labels_.tolist()) >= {-1, 0}


def test_the_order_of_articles_changes_no_cluster(fitted, corpus):
    order = random.Random(5).sample(range(len(corpus)), len(corpus))

    labels = library.StoryClusterer().fit_predict([corpus[place] for place in order])

    assert adjusted_rand_score(fitted.labels_[order], labels) == 1


@pytest.mark.parametrize(
    "frame", [list, pd.DataFrame, pl.DataFrame], ids=["dicts", "pandas", "polars"]
)
def test_dicts_and_data_frames_are_read_by_the_columns_of_an_article(fitted, corpus, frame):
    rows = [
        {
            "id": item.id,
            "outlet": item.outlet,
            "title": item.title,
            "body": item.body,
            "lang": item.lang,
            "published": item.published if isinstance(item.published, datetime) else None,
            "updated": item.updated,
            "url": item.url,
            "byline": item.byline,
        }
        for item in corpus
    ]

    X = frame(rows, infer_schema_length=None) if frame is pl.DataFrame else frame(rows)
    labels = library.StoryClusterer().fit_predict(X)

    assert labels.tolist() == fitted.labels_.tolist()


def test_texts_are_clustered_without_times_and_outlets():
    body = TALKS_RESUME["body"]
    texts = [
        f"Talks on the harbour resume\n\n{body}",
        "The bank left its main rate unchanged at 3.5 percent on Thursday, as expected. " * 2,
        f"Harbour talks resume\n\n{body} No date was set for the next round.",
        "Bank leaves rate at 3.5 percent",
    ]

    clusterer = library.StoryClusterer().fit(texts)

    assert clusterer.labels_[0] == clusterer.labels_[2]
    assert clusterer.labels_[0] != clusterer.labels_[1]
    assert clusterer.copy_labels_.tolist() == [0, -1, 0, -1]


def test_values_of_pandas_and_numpy_are_read_and_missing_ones_are_missing():
    frame = pd.DataFrame(
        {
            "outlet": ["A", pd.NA, "C"],
            "title": ["Talks resume", "Rates stay", "Ferry sinks"],
            "body": [None, "The bank left rates as they are.", float("nan")],
            "published": [np.datetime64("2026-02-05T10:00"), pd.NaT, pd.Timestamp("2026-02-05")],
        }
    ).convert_dtypes()
    last = library.Article(outlet="A", title="The end of time", published="9999-12-31")

    assert library.StoryClusterer().fit_predict(frame).tolist() == [0, 1, 2]
    with pytest.raises(ValueError, match="9999 is too far ahead"):
        library.StoryClusterer().fit_predict([last])


def test_two_rows_of_one_article_have_one_label():
    one = article(id="1")
    other = article(id="2", title="Rates stay", body="The bank left rates as they are today.")

    labels = library.StoryClusterer().fit_predict([one, other, one])

    assert labels.tolist() == [0, 1, 0]


def test_no_articles_have_no_labels():
    assert library.StoryClusterer().fit_predict([]).tolist() == []


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["A title", 3], "row 1 is int, not an article, a dict or a string"),
        ([{"published": "2026-02-05"}], "row 0: title and body are empty"),
        (["A title", "  "], "row 1: title and body are empty"),
        ("one text", "X is str, not a list of articles"),
        (7, "X is int, not a list of articles"),
    ],
)
def test_what_is_no_article_is_named_by_its_row(rows, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        library.StoryClusterer().fit(rows)


@pytest.mark.parametrize("granularity", ["day", 0, 1.5, None])
def test_an_unknown_granularity_is_an_error_when_it_is_fitted(granularity):
    clusterer = library.StoryClusterer(granularity=granularity)

    with pytest.raises(ValueError, match="neither event nor episode nor between 0 and 1"):
        clusterer.fit(["A title"])


def test_a_finer_granularity_gives_more_stories(fitted, corpus):
    fine = library.StoryClusterer(granularity=0.9).fit(corpus)

    assert fine.labels_.max() > fitted.labels_.max()


@pytest.mark.parametrize(
    "check",
    [
        estimator_checks.check_estimator_cloneable,
        estimator_checks.check_estimator_repr,
        estimator_checks.check_get_params_invariance,
        estimator_checks.check_no_attributes_set_in_init,
        estimator_checks.check_parameters_default_constructible,
        estimator_checks.check_set_params,
        estimator_checks.check_valid_tag_types,
    ],
    ids=lambda check: check.__name__,
)
def test_the_checks_of_scikit_learn_that_need_no_numbers_pass(check):
    check("StoryClusterer", library.StoryClusterer())


def test_it_stands_beside_other_clusterers_and_in_a_pipeline(corpus):
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.preprocessing import FunctionTransformer

    texts = [f"{item.title}\n\n{item.body}" for item in corpus]
    vectors = TfidfVectorizer().fit_transform(texts)
    rivals = {
        "DBSCAN": DBSCAN(eps=0.7, min_samples=1, metric="cosine").fit_predict(vectors),
        "stories": clone(library.StoryClusterer()).fit_predict(corpus),
        "pipeline": make_pipeline(FunctionTransformer(), library.StoryClusterer()).fit_predict(
            corpus
        ),
    }

    assert {len(labels) for labels in rivals.values()} == {154}
    assert rivals["stories"].tolist() == rivals["pipeline"].tolist()


def test_a_story_and_an_explanation_show_themselves_in_a_notebook(sample):
    ((story, a, b),) = select(
        sample,
        "select story, copy_of, article from story_reports where title = ?",
        f"{MODEL_STORY} - CNA",
    )
    with library.Index.open(sample) as index:
        shown = library.story(index, story)._repr_html_()
        full = library.full_story(index, story)._repr_html_()
        why = library.why(index, a, b)._repr_html_()

    assert f"<h3>{MODEL_STORY}</h3>" in shown
    assert shown.count("<li>") == 5
    assert "<td>CNA</td><td>en</td><td>Reuters</td><td>0.97</td>" in shown
    assert full == shown
    assert html.escape(MODEL_STORY) in why
    assert "<th>log-odds</th>" in why
    assert "one story, probability 1.00" in why


def test_a_hostile_title_is_text_in_a_notebook(index):
    title = "<script>alert(1)</script>"
    item = library.Article(
        outlet=title, title=title, body=title, published=datetime(2026, 2, 5, tzinfo=UTC)
    )
    library.run(index, item, now="2026-02-06")

    assert "<script>" not in library.story(index, 1)._repr_html_()
