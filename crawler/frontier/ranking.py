"""A queue that gives the best first, while what is best changes with what was learnt."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from crawler.frontier.addresses import Shapes, section

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Waiting(Generic[T]):
    shape: str
    score: float
    number: int
    item: T


class Ranking(Generic[T]):
    """Items by key, each with a score and the shape of its address.

    Of equal scores the first come is first. The items of a shape share what ``shapes`` says of it,
    so that only the best of each shape are compared. Never more than a quarter above ``most`` wait:
    then the least promising are let go, and no more than a quarter of ``most`` stays of one shape
    (but the empty one).
    """

    def __init__(self, shapes: Shapes, most: int) -> None:
        self._shapes, self._most = shapes, most
        self._waiting: dict[bytes, _Waiting[T]] = {}
        self._of_shape: dict[str, list[tuple[float, int, bytes]]] = {}
        self._in_folder: dict[str, set[str]] = {}
        self._best: list[tuple[float, int, str]] = []
        self._number = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def push(self, key: bytes, shape: str, score: float, item: T) -> list[bytes]:
        """Add an item, or raise one that waits; gives the keys that were let go for it."""
        known = self._waiting.get(key)
        if known is not None and known.score >= score:
            return []
        self._number += 1
        self._waiting[key] = _Waiting(shape, score, self._number, item)
        heapq.heappush(self._of_shape.setdefault(shape, []), (-score, self._number, key))
        if known is not None:
            self._offer(known.shape)  # whose best it may have been
        self._in_folder.setdefault(section(shape), set()).add(shape)
        self._offer(shape)
        return self._cut() if len(self) > self._most * 1.25 else []

    def holds(self, key: bytes) -> bool:
        return key in self._waiting

    def pop(self) -> T | None:
        """The best item, or None."""
        while self._best:
            rank, number, shape = heapq.heappop(self._best)
            top = self._top(shape)
            if top is None or top[1] != number:
                continue  # taken, raised or beaten since; its shape was offered anew then
            if self._rank(top[0], shape) != rank:
                self._offer(shape)  # the shape fell or rose since
                continue
            heapq.heappop(self._of_shape[shape])
            self._offer(shape)
            return self._waiting.pop(top[2]).item
        return None

    def changed(self, shape: str) -> None:
        """To be told when a shape, and with it its folder, gained; what fell is seen in time."""
        for other in sorted(self._in_folder.get(section(shape), set()) | {shape}):
            self._offer(other)

    def _rank(self, negative: float, shape: str) -> float:
        return negative - self._shapes.points(shape)

    def _offer(self, shape: str) -> None:
        if top := self._top(shape):
            heapq.heappush(self._best, (self._rank(top[0], shape), top[1], shape))

    def _top(self, shape: str) -> tuple[float, int, bytes] | None:
        queue = self._of_shape.get(shape, [])
        while queue:
            known = self._waiting.get(queue[0][2])
            if known is not None and known.number == queue[0][1]:
                return queue[0]
            heapq.heappop(queue)
        self._of_shape.pop(shape, None)
        return None

    def _cut(self) -> list[bytes]:
        kept = dict(self._kept())
        gone = [key for key in self._waiting if key not in kept]
        self._waiting, self._of_shape, self._in_folder, self._best = kept, {}, {}, []
        for key, one in kept.items():
            self._of_shape.setdefault(one.shape, []).append((-one.score, one.number, key))
        for shape, queue in self._of_shape.items():
            heapq.heapify(queue)
            self._in_folder.setdefault(section(shape), set()).add(shape)
            self._offer(shape)
        return gone

    def _kept(self) -> Iterator[tuple[bytes, _Waiting[T]]]:
        def rank(pair: tuple[bytes, _Waiting[T]]) -> tuple[float, int]:
            return self._rank(-pair[1].score, pair[1].shape), pair[1].number

        counted: dict[str, int] = {}
        kept = 0
        for key, one in sorted(self._waiting.items(), key=rank):
            counted[one.shape] = counted.get(one.shape, 0) + 1
            if kept < self._most and (not one.shape or counted[one.shape] <= self._most // 4):
                kept += 1
                yield key, one
