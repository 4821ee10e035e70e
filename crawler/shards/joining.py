"""Joining lists of sources: of the shards of one list, or of several that share no council."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from corpora.campaign import InputError
from corpora.schema import DataFile
from crawler.sources import Source, load_sources


@dataclass(frozen=True)
class JoinedSources:
    """All sources of some files, in order of first mention; ``text`` is a file that declares them.

    Where one of the files declares them all that is the file itself, comments included.
    """

    sources: tuple[Source, ...]
    text: bytes


def join_sources(paths: Sequence[Path]) -> JoinedSources | None:
    """The sources of all files; None where there is no file.

    Raises InputError where two files define a source, the edition or the limits differently; what a
    source expects (``expect:``) may differ: the first file's counts.
    """
    if not paths:
        return None
    first: dict[str, tuple[Path, Source]] = {}
    names: dict[str, str] = {}
    entries: list[Any] = []
    for path in paths:
        content = DataFile(path, "sources").content
        for source, entry in zip(load_sources(path).sources, content["sources"], strict=True):
            if source.id not in first:
                if other := names.get(source.name):
                    raise _conflict(path, paths[0], f"{source.name!r} is the name of {other!r} too")
                first[source.id] = path, source
                names[source.name] = source.id
                entries.append(entry)
            elif source.identity != first[source.id][1].identity:
                raise _conflict(path, first[source.id][0], f"source {source.id!r} is another one")
    head = {key: _agreed(paths, key) for key in ("edition", "crawl")}
    for path in paths:
        if {source.id for source in load_sources(path).sources} == set(first):
            sources = load_sources(path).sources
            return JoinedSources(sources, path.read_bytes())
    content = {key: value for key, value in head.items() if value} | {"sources": entries}
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=100)
    return JoinedSources(tuple(one for _, one in first.values()), text.encode("utf-8"))


def _agreed(paths: Sequence[Path], key: str) -> Any:
    values = [DataFile(path, "sources").content.get(key) for path in paths]
    for path, value in zip(paths, values, strict=True):
        if value != values[0]:
            raise _conflict(path, paths[0], f"{key} is {value}, not {values[0]}")
    return values[0]


def _conflict(path: Path, other: Path, reason: str) -> InputError:
    return InputError(
        f"{path}: {reason} in {other}; merge shards of one list, or lists of different councils"
    )
