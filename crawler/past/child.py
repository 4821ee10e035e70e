"""Reading past years from a web archive, in a process of its own.

It takes the same order, and tells what happens in the same lines, as ``crawler.child``; no request
goes to a council's own server, so that its robots.txt of today has no say either.
"""

import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crawler.archive.captures import read_captures
from crawler.child import say
from crawler.order import Order
from crawler.past.period import Past, Period
from crawler.past.reading import Reading
from crawler.past.service import TRIES, ArchiveDownError, Service, Web, without_pauses
from crawler.settings import user_agent
from crawler.sources import load_sources


class Whole:
    """Ends a wait at once when the process is asked to stop, but a write only when it is whole."""

    def __init__(self) -> None:
        self._writing = self._asked = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask)
        threading.Thread(target=_follow_parent, daemon=True).start()

    @contextmanager
    def write(self) -> Iterator[None]:
        """What runs within is not interrupted; the interrupt comes after it."""
        self._writing = True
        try:
            yield
        finally:
            self._writing = False
        if self._asked:
            raise KeyboardInterrupt

    def _ask(self, *_: object) -> None:
        if self._asked:
            return
        self._asked = True
        if not self._writing:
            raise KeyboardInterrupt


def main(order: Order) -> None:
    """Read every source of the order, one after the other: they share one archive's patience."""
    past = Past(order.cdx, order.replay, Period.parse(order.period))
    file = load_sources(Path(order.sources))
    logging.basicConfig(filename=order.log, level=logging.WARNING)
    whole = Whole()
    if order.loopback:
        without_pauses(past.cdx)
        without_pauses(past.replay)
    web = Web(user_agent(order.contact), _notice, tries=1 if order.loopback else TRIES)
    service = Service(past, web)
    captures = list(read_captures(Path(order.archive)))
    try:
        for source in file.sources:
            if order.only and source.id not in order.only:
                continue
            own = [one for one in captures if one.warc.rpartition("-")[0] == source.id]
            reading = Reading(source, past, service, order, own, file.budget(source))
            reading.run(whole.write)
    except KeyboardInterrupt:
        pass
    except ArchiveDownError as error:
        say(stopped=f"{past.cdx}: {error}")
    except OSError as error:
        say(stopped=f"the archive could not be written: {error.strerror or error}")
    say(done=True)


def _notice(line: str) -> None:
    say(notice=line)


def _follow_parent() -> None:
    """When standard input ends, the parent wants us to stop or is gone."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    main_thread = threading.main_thread().ident
    if main_thread is not None:
        signal.pthread_kill(main_thread, signal.SIGINT)  # to that thread, or no sleep would end


if __name__ == "__main__":
    main(Order(**json.loads(sys.argv[1])))
