"""Whether somebody writes an archive: its lock, looked at from outside."""

import fcntl
from pathlib import Path

LOCK = ".lock"
"""Name of the file in an archive whose lock a crawl or an import holds."""


def is_locked(archive_dir: Path) -> bool:
    """Whether a process of this machine writes the archive.

    The lock is taken for less than a millisecond, and shared, so that two who look do not see each
    other; a crawl that begins in that moment tries again (``writing.archive_lock``).
    """
    try:
        with (archive_dir / LOCK).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # no such file, or a disk without locks
        return False
    return False
