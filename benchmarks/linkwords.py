"""Would a learnt model order links better than the word list?

``python benchmarks/linkwords.py`` orders what links lead to by the word list and by logistic
regression over the characters of address, anchors and headings. At home: the sample web's links,
learnt from the other councils'. Away: addresses and titles of the labelled pages of other councils
and other authors, learnt from the whole sample web.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from scrapy.http import HtmlResponse
from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from sklearn.metrics import (  # type: ignore[import-untyped]
    average_precision_score,
    roc_auc_score,
)
from sklearn.model_selection import GroupKFold, cross_val_predict  # type: ignore[import-untyped]
from sklearn.pipeline import make_pipeline  # type: ignore[import-untyped]

from corpora.sample.edition import Site, bundled, load_edition
from corpora.sample.render import render_page
from corpora.sample.truth import CouncilTruth, load_truth
from crawler.frontier.pages import Link, read_page
from crawler.frontier.scoring import Carrier, score_link
from crawler.frontier.words import address_words
from nlp.coding.kinds import GOLD, read_records


@dataclass
class Target:
    """A page or file that links lead to: their words, their best score, whether it matters."""

    council: str
    text: str
    score: int
    matters: bool


def main() -> None:
    """Print area under the ROC curve and average precision of each order, at home and away."""
    truths = {truth.slug: truth for truth in load_truth(bundled("2014"))}
    home = [
        target
        for site in load_edition(bundled("2014")).sites
        for target in _targets(site, truths[site.slug])
    ]
    away = [_labelled(record) for record in read_records(GOLD) if record.kind in _LABELS]
    model = make_pipeline(
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2, sublinear_tf=True),
        LogisticRegression(C=10, class_weight="balanced", max_iter=1000),
    )
    texts, matters = [one.text for one in home], [one.matters for one in home]
    councils = [one.council for one in home]
    folds = GroupKFold(len(set(councils)))
    at_home = cross_val_predict(
        model, texts, matters, groups=councils, cv=folds, method="predict_proba"
    )[:, 1]
    model.fit(texts, matters)
    print("| | targets | matter | order | ROC AUC | average precision |")
    print("| --- | --- | --- | --- | --- | --- |")
    _rows("home", home, at_home)
    _rows("away", away, model.predict_proba([one.text for one in away])[:, 1])


def _rows(place: str, targets: Sequence[Target], learnt: Sequence[float]) -> None:
    matters = [one.matters for one in targets]
    orders = {"word list": [one.score for one in targets], "logistic regression": learnt}
    for name, order in orders.items():
        area, precision = roc_auc_score(matters, order), average_precision_score(matters, order)
        head = f"{place} | {len(targets)} | {sum(matters)}"
        print(f"| {head} | {name} | {area:.3f} | {precision:.3f} |")


def _targets(site: Site, truth: CouncilTruth) -> list[Target]:
    """What the links of a site's pages lead to, each scored as the frontier scores it."""
    calls = {path for call in truth.calls if call.international for path in call.paths}
    relevant = calls | {page.path for page in truth.pages if page.kind == "international_page"}
    pages = {
        f"http://{site.host}{page.path}": render_page(site, page).encode()
        for page in site.pages
        if page.status == 200
    }
    read = {
        url: read_page(HtmlResponse(url, body=body, encoding="utf-8"))
        for url, body in pages.items()
    }
    front = {link.url for link in read[f"http://{site.host}/"].links}
    texts: dict[str, list[str]] = defaultdict(list)
    scores: dict[str, list[int]] = defaultdict(list)
    for url, page in read.items():
        for link in page.links:
            if urlsplit(link.url).hostname == site.host and urlsplit(link.url).path != "/":
                points = 0 if link.url in front else sum(page.relevance().values())
                score = score_link(link, Carrier(url, points))
                scores[link.url].append(score.words + score.parent + score.address)
                texts[link.url].append(f"{link.anchor} | {link.heading}")
    return [
        Target(
            site.slug,
            " | ".join([address_words(url), *texts[url]]),
            max(scores[url]),
            urlsplit(url).path in relevant,
        )
        for url in sorted(scores)
    ]


_LABELS = ("international_page", "other")
"""Pages that are labelled as calls may be of any policy: whether they matter is not told."""


def _labelled(record: Any) -> Target:
    text = f"{address_words(record.url)} | {record.title}"
    score = score_link(Link(record.url, record.title), Carrier()).words
    return Target(record.authority, text, score, record.kind == "international_page")


if __name__ == "__main__":
    main()
