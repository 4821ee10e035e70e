"""What each page of a comparison is given: places and texts of all pages in one language."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from nlp.coding.references import Call
from nlp.comparing.comparison import ComparedCall, Comparison
from nlp.comparing.tables import comparison_tables
from nlp.comparing.wording import KINDS, SentenceChange
from nlp.exporting.wording import wording
from nlp.reading.documents import Document
from nlp.reporting.comparing.labels import CompareWording, family_labels
from nlp.reporting.comparing.lexical import family_rows, spillover_rows, word_rows
from nlp.reporting.comparing.overview import FOLLOWED, Overview
from nlp.reporting.comparing.pair import Edition, Pairs, side_by_side
from nlp.reporting.comparing.places import Report, call_page, main_language, page_page
from nlp.reporting.comparing.rows import CallRow, call_rows, compared_solidarity, page_rows
from nlp.reporting.pages.places import COMPARISONS, live_address
from nlp.reporting.site import Site

SIGNATURE = "aect compare"
"""In every page that is written here: what bears it may be written over."""

_APART = ("not_captured", "not_captured_then")


class Pages:
    """The pages of a comparison in one language."""

    def __init__(self, comparison: Comparison, site: Site, outputs: Path, main: str) -> None:
        self._comparison, self._site = comparison, site
        self._wording = CompareWording(site.wording.language)
        before = comparison.before.name
        up = "../../" + "../" * site.folder.count("/")
        earlier = outputs.parent / before
        language = site.wording.language
        self._reports = (
            Report(
                f"{up}../../{before}/report/",
                earlier / "report",
                "" if language == main_language(earlier) else language,
            ),
            Report(up, outputs / "report", "" if language == main else language),
        )
        self._pairs = Pairs(comparison, *self._reports, self._wording)
        self._rows = call_rows(comparison, self._wording)
        self._tables = f"{up}../compare/{before}"

    def every(self) -> Iterator[tuple[str, str]]:
        """Each page's place in the site's folder, and its text."""
        comparison = self._comparison
        pages = page_rows(comparison, *self._reports)
        overview = Overview(comparison, self._wording)
        yield self._page("index", self._overview(overview))
        yield self._page("calls", {"rows": self._rows, "statuses": overview.statuses()})
        yield self._page("councils", {"councils": self._councils()})
        yield self._page("pages", {"pages": pages})
        yield self._page("words", self._words())
        for call, row in zip(comparison.calls, self._rows, strict=True):
            yield self._page("call", self._call(call, row), call_page(call))
        for page, shown in zip(comparison.pages, pages, strict=True):
            if page.then is not None and page.now is not None:
                editions = self._edition(None, page.then), self._edition(None, page.now, late=True)
                given = {"page": shown, "editions": editions, **self._side_by_side(page.wording)}
                yield self._page("page", given, page_page(page))

    def _page(self, template: str, given: Mapping[str, object], name: str = "") -> tuple[str, str]:
        comparison, wording = self._comparison, self._wording
        before, after = comparison.before.name, comparison.after.name
        path = f"{COMPARISONS}/{before}/{name or template + '.html'}"
        text = self._site.text(
            path,
            f"compare/{template}.html.j2",
            words=wording,
            told=wording.told,
            here=template,
            signature=SIGNATURE,
            title=wording.told("title", before=before, after=after),
            before=before,
            after=after,
            reports=self._reports,
            made=self._made(),
            **given,
        )
        return path, text

    def _made(self) -> list[tuple[str, str]]:
        comparison, wording = self._comparison, self._wording
        told = [
            (wording.told("made.codebook"), comparison.after.codebook),
            (wording.told("made.program"), comparison.after.program[:12]),
        ]
        for one in (comparison.before, comparison.after):
            times = [d.capture.captured_at for d in one.documents.values()]
            last = wording.moment(max(times, default="")) or wording.say("none_cell")
            told.append((wording.told("made.captures", name=one.name), last))
        return told

    def _overview(self, overview: Overview) -> dict[str, object]:
        comparison = self._comparison
        return {
            "overview": overview,
            "solidarity": compared_solidarity(self._rows),
            "missed": [row for row in self._rows if row.status in _APART],
            "lone_councils": [pair for pair in comparison.councils if pair.panel != "matched"],
            "warned": bool(comparison.warnings),
            "codebook": comparison.after.codebook,
            "downloads": [
                {"href": f"{self._tables}/{name}", "name": name, "about": about}
                for name, about in self._files()
            ],
        }

    def _files(self) -> Iterator[tuple[str, str]]:
        language = self._wording.language
        for table in comparison_tables(self._comparison, language):
            yield f"{table.name}.csv", table.about
        package = "datapackage.json"
        yield package, wording(language)["downloads"][package]

    def _councils(self) -> list[dict[str, object]]:
        before, after = self._comparison.before.authorities, self._comparison.after.authorities
        return [
            {
                "then": pair.then,
                "now": pair.now,
                "rule": pair.rule,
                "pages_then": sum(before[name].pages_read for name in pair.then),
                "pages_now": after[pair.now].pages_read if pair.now else 0,
                "calls_then": sum(before[name].calls for name in pair.then),
                "calls_now": after[pair.now].calls if pair.now else 0,
            }
            for pair in self._comparison.councils
        ]

    def _words(self) -> dict[str, object]:
        comparison, wording = self._comparison, self._wording
        now, then = word_rows(comparison.words)
        return {
            "spillovers": spillover_rows(comparison, self._pairs, wording),
            "families": family_rows(comparison),
            "family_names": family_labels(wording.language),
            "words_now": now,
            "words_then": then,
            "words_table": f"{self._tables}/words.csv",
            "words_number": wording.number(len(comparison.words)),
        }

    def _call(self, call: ComparedCall, row: CallRow) -> dict[str, object]:
        pairs, wording = self._pairs, self._wording
        then, now, like = call.match.then, call.match.now, call.match.likeness
        return {
            "row": row,
            "heading": row.title,
            "where": call.where,
            "editions": (self._edition_of(then, late=False), self._edition_of(now, late=True)),
            "others": self._merged_with(call),
            "diffs": pairs.differences(call),
            "unchanged": pairs.unchanged(call),
            "alone": pairs.alone(call),
            "likeness": like
            and wording.told(
                "pair.likeness",
                score=wording.number(like.score),
                title=wording.number(like.title),
                address=wording.number(like.address),
                text=wording.number(like.text),
            ),
            **self._side_by_side(call.wording),
        }

    def _merged_with(self, call: ComparedCall) -> list[CallRow]:
        """The other calls of then that became the same call of now."""
        now = call.match.now
        if now is None or call.status not in FOLLOWED:
            return []
        return [
            row
            for other, row in zip(self._comparison.calls, self._rows, strict=True)
            if other is not call and other.match.now and other.match.now.call_id == now.call_id
        ]

    def _edition_of(self, call: Call | None, *, late: bool) -> Edition:
        documents = self._pairs.documents(call, late=late)
        return self._edition(
            call, documents[0] if documents else None, late=late, searched=len(documents)
        )

    def _edition(
        self, call: Call | None, document: Document | None, *, late: bool = False, searched: int = 1
    ) -> Edition:
        name = (self._comparison.before, self._comparison.after)[late].name
        report = self._reports[late]
        return Edition(
            late,
            self._wording.told("pair.now" if late else "pair.then", name=name),
            call,
            document,
            report.call(call.call_id) if call else "",
            report.copy(document.id) if document else "",
            live_address(document.url) if document else "",
            self._wording.count(searched, "document_count"),
        )

    def _side_by_side(self, changes: Sequence[SentenceChange]) -> dict[str, object]:
        wording = self._wording
        counted = {
            kind: wording.count(sum(change.kind == kind for change in changes), f"s_{kind}")
            for kind in KINDS
        }
        return {
            "groups": side_by_side(changes),
            "counts": wording.told("pair.counts", **counted),
        }
