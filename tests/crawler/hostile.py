"""What the tests of a hostile web share: the memory of other processes, and bombs."""

import functools
import json
import os
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LIMIT = 500
"""MiB that no process may reach, whatever it meets."""


@dataclass
class Peak:
    """The most memory that a process has held, in MiB."""

    mib: float = 0.0


@contextmanager
def peak_of_the_crawl(what: str) -> Iterator[Peak]:
    """Watches the crawling process that this one starts; prints and asserts its peak at the end."""
    peak, over = Peak(), threading.Event()

    def watch() -> None:
        child = 0
        while not over.wait(0.01):
            child = child or _crawling_child()
            with suppress(OSError, StopIteration):
                lines = Path(f"/proc/{child}/status").read_text().splitlines()
                high = next(line for line in lines if line.startswith("VmHWM"))
                peak.mib = max(peak.mib, int(high.split()[1]) / 1024)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield peak
    finally:
        over.set()
        watcher.join()
    print(f"peak memory, {what}: {peak.mib:.0f} MiB")  # noqa: T201
    assert 20 < peak.mib < LIMIT


def _crawling_child() -> int:
    for entry in Path(f"/proc/{os.getpid()}/task").iterdir():
        with suppress(OSError):
            for pid in (entry / "children").read_text().split():
                if b"crawler.child" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    return int(pid)
    return 0


def measured(what: str, script: str, *arguments: object, timeout: float = 60) -> Any:
    """What a script says in a process of its own; its peak memory and its children's is asserted.

    The script finds ``arguments`` in ``sys.argv`` and puts what it has to say into ``said``.
    """
    ending = (
        "\nimport json, resource"
        "\nhigh = next(l for l in open('/proc/self/status') if l.startswith('VmHWM'))"
        "\nthose = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss"
        "\nprint(json.dumps([max(int(high.split()[1]), those) / 1024, said]))"
    )
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", script + ending, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr
    mib, said = json.loads(done.stdout.splitlines()[-1])
    print(f"peak memory, {what}: {mib:.0f} MiB in {time.monotonic() - started:.1f} s")  # noqa: T201
    assert mib < LIMIT
    return said


@functools.cache
def squeezed(megabytes: int, wbits: int, start: bytes = b"", end: bytes = b"") -> bytes:
    """So many megabytes of zeros between two texts, compressed to a thousandth.

    One megabyte is compressed, and its compressed blocks repeated: a gigabyte takes a second.
    """
    block = bytes(2**20)
    packer = zlib.compressobj(9, zlib.DEFLATED, BARE)
    head = packer.compress(start) + packer.flush(zlib.Z_FULL_FLUSH)
    zeros = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    bare = head + zeros * megabytes + packer.compress(end) + packer.flush()
    if wbits == BARE:
        return bare
    check, first = (zlib.crc32, 0) if wbits == GZIP else (zlib.adler32, 1)
    total = check(start, first)
    for _ in range(megabytes):
        total = check(block, total)
    total = check(end, total)
    if wbits == ZLIB:
        return b"\x78\xda" + bare + total.to_bytes(4, "big")
    size = (len(start) + megabytes * 2**20 + len(end)) % 2**32
    head = b"\x1f\x8b\x08" + bytes(6) + b"\xff"
    return head + bare + total.to_bytes(4, "little") + size.to_bytes(4, "little")


GZIP, ZLIB, BARE = zlib.MAX_WBITS + 16, zlib.MAX_WBITS, -zlib.MAX_WBITS
