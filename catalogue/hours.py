"""When the offices' people can be reached: the hours of `hours.yml` on working days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache
from pathlib import Path

from catalogue.reading import read
from catalogue.working_days import Calendar, delhi

FILE = "hours.yml"


@dataclass(frozen=True)
class Hours:
    """From `opens` up to `closes`, local time. The moments handed in and given back are local, too."""

    opens: time
    closes: time
    calendar: Calendar

    def open_at(self, now: datetime) -> bool:
        return self.calendar.works(now.date()) and self.opens <= now.time() < self.closes

    def next_opening(self, now: datetime) -> datetime:
        """When the offices open next; `now` itself if they are open."""
        if self.open_at(now):
            return now
        day = now.date() if now.time() < self.opens else now.date() + timedelta(days=1)
        while not self.calendar.works(day):
            day += timedelta(days=1)
        return datetime.combine(day, self.opens, now.tzinfo)


@lru_cache(maxsize=1)
def office() -> Hours:
    """The hours of `hours.yml`. Raises `LoadError`."""
    folder = Path(__file__).parent
    root = read(folder / FILE, folder)
    root.string("source")
    root.boolean("verified")
    found = {}
    for name in ("opens", "closes"):
        try:
            found[name] = time.fromisoformat(root.string(name))
        except ValueError:
            raise root.error(name, "is not a time of day (write 09:30)") from None
    root.finish()
    if found["opens"] >= found["closes"]:
        raise root.error("closes", "is not after the opening")
    return Hours(found["opens"], found["closes"], delhi())
