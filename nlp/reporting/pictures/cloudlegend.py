"""A cloud with all that it takes to read it: title, what size and colour say, counts, source."""

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

from nlp.reporting.pictures.cloudlayout import HEIGHT, MOST_WORDS, WIDTH, advance, fields
from nlp.reporting.pictures.cloudwords import Cloud, CloudWord, forms_of
from nlp.reporting.pictures.drawing import INK, QUIET, plain
from nlp.reporting.pictures.plates import Box, Plate, Text
from nlp.reporting.wording import Wording

BANDS = (0.1, 0.4)
"""Shares of a side's documents from which its words are drawn in the second and third shade."""

SHADES = (("#0072B2", "#004C7A", "#002B4A"), ("#B85000", "#8A3C00", "#4F2200"))
"""Of each side, light to dark: apart for colour-blind readers, 4.5:1 or more on white each."""

_RULE = "#C9C9C9"
_EDGE = 28
_LEFT = 500
_ROW = 21
_TEXT = 14
_REFERENCE = 66.0
_HEADS = 24
_HEAD = 17
# Not before what French sets off by a space.
_BREAK = re.compile(r" (?![:;?!%])")
_STEPS = (1, 2, 3, 5, 7)


class Source(NamedTuple):
    """What a cloud is drawn from; days of capture are ISO dates, empty where unknown.

    ``where`` are the conditions that the pages were chosen by, if not all of them are meant.
    """

    campaigns: Sequence[str]
    councils: int
    pages: int
    first: str
    last: str
    where: Sequence[str] = ()


def plate(cloud: Cloud, title: str, source: Source, wording: Wording) -> Plate:
    """The cloud as a picture. Raises ValueError for one that has no word to draw."""
    if not cloud.drawn:
        raise ValueError("a cloud without a word is no picture")
    page = _Page()
    page.paragraph(title, 22, INK, bold=True)
    page.skip(14)
    if len(cloud.parts) == 2:
        _sides(page, cloud, wording)
    top = page.y
    for word, place in cloud.drawn:
        shade = SHADES[word.side][_band(cloud, word)]
        told = hovering(cloud, word, wording)
        x, y = _EDGE + place.x, round(top + place.y, 2)
        page.marks.append(
            Text(word.shown, x, y, place.size, shade, width=place.width, told=told)
        )  # fmt: skip
    page.y += HEIGHT + 14
    page.marks.append(Box(_EDGE, page.y, WIDTH, 1, _RULE))
    _legend(page, cloud, wording)
    page.skip(10)
    counted = wording.say(f"clouds.counts.{cloud.counts}")
    for line in (_said_of_others(cloud, wording), counted, source_line(source, wording)):
        page.paragraph(line, _TEXT - 1, QUIET)
    width, height = WIDTH + 2 * _EDGE, math.ceil(page.y + 18)
    return Plate(width, height, wording.language, title, described(cloud, wording), page.marks)


def described(cloud: Cloud, wording: Wording, most: int = 12) -> str:
    """The cloud in words: the heaviest of each side."""
    parts = []
    for side, part in enumerate(cloud.parts):
        words = [word.shown for word, _ in cloud.drawn if word.side == side][:most]
        said = ", ".join(words) or wording.say("clouds.none")
        parts.append(wording.say("clouds.alt_part", part=part, words=said))
    return wording.say("clouds.alt", parts=wording.say("clouds.and").join(parts))


def source_line(source: Source, wording: Wording) -> str:
    """Campaigns, councils, pages and the days of their capture."""
    first, last = wording.day(source.first), wording.day(source.last)
    key = "clouds.date" if source.first == source.last else "clouds.dates"
    singular, plural = wording.labels["clouds"]["campaign_count"]
    noun = singular if len(source.campaigns) == 1 else plural
    return wording.say(
        "clouds.source",
        campaigns=f"{noun} {', '.join(source.campaigns)}",
        where=f" ({plain(', '.join(source.where), 120)})" if source.where else "",
        councils=wording.count(source.councils, "council_count"),
        pages=wording.count(source.pages, "page_count"),
        dates=wording.say(key, first=first, last=last) if source.first else "",
    )


def hovering(cloud: Cloud, word: CloudWord, wording: Wording) -> str:
    """What is said of a word: occurrences, pages, score, forms."""
    here = _occurrences(word.times, wording)
    if cloud.measure != "count":
        here += " " + wording.say("clouds.elsewhere", count=wording.number(word.elsewhere))
    pages = wording.count(cloud.documents[word.side], "page_count")
    said = [here, f"{wording.number(word.documents)} {wording.say('clouds.of')} {pages}"]
    score = wording.say(f"clouds.score.{cloud.measure}", score=wording.number(round(word.score, 1)))
    if score:
        said.append(score)
    if word.forms:
        said.append(wording.say("clouds.forms", forms=forms_of(word)))
    return wording.say("clouds.word", word=word.shown) + wording.say("clouds.and").join(said)


def _occurrences(number: int, wording: Wording) -> str:
    singular, plural = wording.labels["clouds"]["occurrence_count"]
    few = number < 2 if wording.language == "fr" else number == 1
    return f"{wording.number(number)}\u00a0{singular if few else plural}"


def _band(cloud: Cloud, word: CloudWord) -> int:
    share = word.documents / max(1, cloud.documents[word.side])
    return sum(share >= least for least in BANDS)


class _Page:
    """A page that fills from the top."""

    def __init__(self) -> None:
        self.marks: list[Text | Box] = []
        self.y = 16.0

    def skip(self, height: float) -> None:
        self.y += height

    def paragraph(self, text: str, size: float, colour: str, bold: bool = False) -> None:
        """Text in lines over the whole width, the next thing below it."""
        for line in wrapped(text, size, WIDTH, bold):
            self.y += size * 1.35
            self.marks.append(Text(line, _EDGE, round(self.y, 2), size, colour, bold))


def wrapped(text: str, size: float, width: float, bold: bool = False) -> list[str]:
    """Text in lines no wider than ``width``; a word that is wider stands alone."""
    lines: list[str] = []
    for word in _BREAK.split(text):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and advance(longer, size, bold) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _sides(page: _Page, cloud: Cloud, wording: Wording) -> None:
    page.y += _HEADS
    for side, (left, right) in enumerate(fields(2)):
        name = cloud.parts[side]
        pages = f"({wording.count(cloud.documents[side], 'page_count')})"
        if not any(word.side == side for word, _ in cloud.drawn):
            pages += f" – {wording.say('clouds.none')}"
        room = right - left - advance(f" {pages}", _TEXT) - 8
        name = _cut(name, room)
        wide = advance(name, _HEAD, bold=True)
        x = _EDGE + left + 8
        page.marks.append(Box(_EDGE + left, page.y - 15, 4, 19, SHADES[side][0]))
        page.marks.append(Text(name, x, page.y, _HEAD, SHADES[side][1], bold=True))
        page.marks.append(Text(pages, round(x + wide + 8, 2), page.y, _TEXT, QUIET))
    page.y += 12
    page.marks.append(Box(_EDGE + WIDTH / 2, page.y, 1, HEIGHT, _RULE))


def _cut(name: str, room: float) -> str:
    while advance(name, _HEAD, bold=True) > room and len(name) > 1:
        name = f"{name[:-2].rstrip()}…"
    return name


def _legend(page: _Page, cloud: Cloud, wording: Wording) -> None:
    """What size says on the left, what colour says on the right."""
    top, right = page.y, _EDGE + _LEFT + 40
    against = wording.labels["clouds"]["against"][len(cloud.parts) - 1]
    weighs = wording.say(f"clouds.weighs.{cloud.measure}", against=against)
    y = top
    for line in wrapped(wording.say("clouds.size", weighs=weighs), _TEXT, _LEFT):
        y += _ROW
        page.marks.append(Text(line, _EDGE, y, _TEXT, INK))
    y = _references(page, cloud, wording, y)
    if len(cloud.parts) == 1 and cloud.documents[0] < 2:  # of one page there is no share
        page.y = y
        return
    low, high = (wording.number(round(100 * share)) for share in BANDS)
    key = "clouds.colour" if len(cloud.parts) == 1 else "clouds.colour_two"
    at = top
    for line in wrapped(
        wording.say(key, pages=wording.number(cloud.documents[0])), _TEXT, WIDTH - _LEFT - 40
    ):
        at += _ROW
        page.marks.append(Text(line, right, at, _TEXT, INK))
    for band, name in enumerate(("few", "some", "most")):
        at += _ROW + 2
        for side in range(len(cloud.parts)):
            page.marks.append(Box(right + 26 * side, at - 12, 20, 14, SHADES[side][band]))
        said = wording.say(f"clouds.bands.{name}", low=low, high=high)
        x = right + 26 * len(cloud.parts) + 4
        ink = SHADES[0][band] if len(cloud.parts) == 1 else INK
        page.marks.append(Text(said, x, at, _TEXT, ink))
    page.y = max(y, at)


def _references(page: _Page, cloud: Cloud, wording: Wording, y: float) -> float:
    """Numbers at the size that a word of that score has; returns the line below them."""
    scores = [word.score for word, _ in cloud.drawn]
    same = len(scores) > 1 and min(scores) == max(scores)
    word, place = cloud.drawn[0]
    scale = place.size / math.sqrt(word.score)
    chosen = references(min(scores), max(scores), scale)
    y += max(scale * math.sqrt(max(chosen)), _ROW) * 0.8 + 10
    x = float(_EDGE)
    for number in chosen:
        size = round(scale * math.sqrt(number), 2)
        said = wording.number(round(number, 1))
        wide = advance(said, size)
        page.marks.append(Text(said, round(x, 2), y, size, INK, width=round(wide, 2)))
        x += wide + 22
    for number, line in enumerate(_scale_lines(cloud, wording, same, _LEFT + _EDGE - x)):
        page.marks.append(Text(line, round(x, 2), y + (number * 18), _TEXT, INK))
        last = number
    return y + last * 18


def _scale_lines(cloud: Cloud, wording: Wording, same: bool, room: float) -> list[str]:
    said = wording.say(f"clouds.scale.{cloud.measure}")
    if same:
        said += f". {wording.say('clouds.same')}"
    return wrapped(said, _TEXT, max(room, 160))


def references(least: float, most: float, scale: float) -> list[float]:
    """One to three round numbers to compare words with, small enough for a legend.

    They lie within the scores drawn where there are two; else they are the next ones below. Where
    all scores are one, that is the only one.
    """
    tallest = (_REFERENCE / scale) ** 2
    if least == most <= tallest:
        return [least]
    tallest = min(most, tallest)
    power = math.floor(math.log10(tallest))
    every = [step * 10.0**n for n in range(power - 4, power + 1) for step in _STEPS]
    every = [number for number in every if number <= tallest]
    within = [number for number in every if number >= least]
    if least == most or len(within) < 2:
        return every[-1:] if least == most else every[-2:]
    middle = math.sqrt(within[0] * within[-1])
    between = min(within, key=lambda number: (abs(math.log(number / middle)), number))
    return sorted({within[0], between, within[-1]})


def _said_of_others(cloud: Cloud, wording: Wording) -> str:
    shown = len(cloud.drawn)
    key = "clouds.shown_all" if shown == cloud.total else "clouds.shown_some"
    said = wording.say(
        key,
        shown=wording.number(shown),
        most=wording.number(MOST_WORDS),
        left=wording.number(cloud.total - shown),
        total=wording.number(cloud.total),
    )
    return f"{said} {wording.say('clouds.shown_table')}"
