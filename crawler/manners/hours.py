"""The hours in which a crawl may ask: a night window, in the time of the sites that it visits."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True)
class Hours:
    """From ``start`` to ``end``, over midnight where ``end`` is the earlier of the two."""

    start: time
    end: time

    @classmethod
    def read(cls, text: str) -> "Hours":
        """Hours written ``22-06`` or ``22:30-6:15``; raises ValueError with what is wrong."""
        found = re.fullmatch(r"(\d{1,2})(?::(\d\d))?\s*-\s*(\d{1,2})(?::(\d\d))?", text.strip())
        if not found:
            raise ValueError(f"{text!r} is not like 22-06 or 22:30-06:15")
        try:
            start, end = (
                time(int(hour) % 24 if hour == "24" else int(hour), int(minute or 0))
                for hour, minute in (found.group(1, 2), found.group(3, 4))
            )
        except ValueError:
            raise ValueError(f"{text!r} has an hour that no clock shows") from None
        if start == end:
            raise ValueError(f"{text!r} begins when it ends: leave it out to crawl at any hour")
        return cls(start, end)

    def opens_in(self, now: datetime) -> float:
        """Seconds until the window opens, 0 while it is open. ``now`` knows its time zone."""
        here = now.astimezone(PARIS)
        at = here.time()
        if self.start < self.end:
            inside = self.start <= at < self.end
        else:
            inside = at >= self.start or at < self.end
        if inside:
            return 0.0
        day = here.date() + timedelta(days=at >= self.start)
        opening = datetime.combine(day, self.start, PARIS)
        # over UTC: between two times of one zone Python counts what its clocks show
        return max(1.0, (opening.astimezone(UTC) - now).total_seconds())
