"""Days in the ways people write and say them, day first, in digits and months of four languages.

Knows no field and no form: whether a date must lie in the past is handed in. A date that no calendar has gives
nothing. The grammar is our own because general date parsers guess (they turn "may" and "12" into days) and take
milliseconds for it.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache

from .data import rows
from .found import Found
from .letters import LETTER, NOT_AFTER, NOT_BEFORE
from .normalise import normalise
from .number_words import meaning_of, parts_of
from .numbers import Number, read
from .roman import fold

EARLIEST, LATEST = 1850, 2200


def _table(name: str) -> dict[str, str]:
    table: dict[str, str] = {}
    for cells in rows(name):
        for form in cells[1].split():
            table.setdefault(normalise(form).text, cells[0])
    return table


_MONTHS = {form: int(number) for form, number in _table("months").items()}
_DAYS = _table("days")
_FOLDED_MONTHS = {fold(form): number for form, number in _MONTHS.items() if form.isascii() and len(form) > 3}
_FOLDED_DAYS = {fold(form): kind for form, kind in _DAYS.items() if form.isascii() and len(form) > 3}
_GAP = r"[\s.,/-]{0,4}"
_ORDINAL = r"(?:st|nd|rd|th|वीं|वें|वां|ਵੀਂ|ਵਾਂ|ویں)?"
_TARIKH = r"(?:\s{0,2}(?:of|tarikh|tareekh|तारीख|ਤਰੀਕ|تاریخ|ko|को))?"
_SEPARATED = re.compile(
    rf"{NOT_BEFORE}(?<![.,/-])(\d{{1,4}})(?:\s?([./-])\s?(\d{{1,2}})\s?\2\s?|\s(\d{{1,2}})\s)"
    rf"(\d{{1,4}})(?![./-]?\d){NOT_AFTER}"
)
_DAY_FIRST = re.compile(
    rf"(?<![\d.,])(\d{{1,2}})\s{{0,2}}{_ORDINAL}{_TARIKH}{_GAP}({LETTER}{{2,12}})"
    rf"(?:[\s.,'/-]{{0,4}}(\d{{4}}|\d{{2}})(?!\d))?"
)
_MONTH_FIRST = re.compile(
    rf"{NOT_BEFORE}({LETTER}{{2,12}})\.?\s{{0,2}}(\d{{1,2}})\s{{0,2}}{_ORDINAL}(?!\d)(?:[\s,]{{0,3}}(\d{{4}})(?!\d))?"
)
_COMPACT = re.compile(r"\s*(\d{2})(\d{2})(\d{4})\s*\Z")
_YEAR_AFTER = re.compile(rf"\s(?:{LETTER}{{1,5}}\s)?(\d{{4}})(?!\d)")
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_WORD = re.compile(rf"{LETTER}+|\d+")
_DIGIT = re.compile(r"\d")
_BESIDE = (None, "last", "this", "next", "past", "future")
"""Kinds of words that say nothing without a day, a month or a year beside them."""
_REMEMBERED = 8192
"""Words of which it is remembered what a calendar has to do with them."""


@lru_cache(maxsize=_REMEMBERED)
def _month(word: str) -> int | None:
    word = word.lower()
    return _MONTHS.get(word) or (_FOLDED_MONTHS.get(fold(word)) if len(word) > 3 and word.isascii() else None)


@lru_cache(maxsize=_REMEMBERED)
def _kind(word: str) -> str | None:
    return _DAYS.get(word) or (_FOLDED_DAYS.get(fold(word)) if len(word) > 3 and word.isascii() else None)


def _year(written: str, today: date, past: bool | None) -> int | None:
    if len(written) == 4:
        return int(written)
    if len(written) != 2:
        return None
    year = today.year // 100 * 100 + int(written)
    # A two-digit year is at most ten years ahead, and not ahead at all where only the past can be meant.
    return year - 100 if year > today.year + (0 if past else 10) else year


def _day(year: int | None, month: int, day: int) -> date | None:
    if year is None or not EARLIEST <= year <= LATEST or not 1 <= month <= 12:
        return None
    if not 1 <= day <= monthrange(year, month)[1]:
        return None
    return date(year, month, day)


def _numeric(first: str, second: str, third: str, today: date, past: bool | None) -> date | None:
    if len(first) == 4:
        return _day(int(first), int(second), int(third)) if len(third) <= 2 else None
    if len(first) > 2:
        return None
    year = _year(third, today, past)
    if year is not None and len(third) == 2 and past and (day := _day(year, int(second), int(first))) and day > today:
        year -= 100
    return _day(year, int(second), int(first))


def _nearest(month: int, day: int, today: date, past: bool | None, shift: int | None) -> date | None:
    """A day without its year: of the year said in words, else the last one, or the next where the future is meant."""
    if shift is not None:
        return _day(today.year + shift, month, day)
    years = (
        (today.year, today.year + 1, today.year + 2) if past is False else (today.year, today.year - 1, today.year - 2)
    )
    candidates = [found for year in years if (found := _day(year, month, day))]
    for found in candidates:
        if (found >= today) if past is False else (found <= today):
            return found
    return None


def _shift(words: list[str], unit: str) -> int | None:
    for index, word in enumerate(words):
        kind = _kind(word)
        if kind in ("last", "this", "next") and index + 1 < len(words) and _kind(words[index + 1]) == unit:
            return {"last": -1, "this": 0, "next": 1}[kind]
    return None


class _Calendar:
    """Collects dates of one text; a stretch once read, even as no date, is not read again."""

    def __init__(self, size: int) -> None:
        self.found: list[tuple[int, int, date]] = []
        self._taken = bytearray(size)

    def free(self, start: int, end: int) -> bool:
        return 1 not in self._taken[start:end]

    def add(self, start: int, end: int, day: date | None) -> None:
        if day is not None:
            self.found.append((start, end, day))
        self._taken[start:end] = b"\x01" * (end - start)


def find_dates(text: str, today: date, past: bool | None = None) -> list[Found[date]]:
    """Dates in the text, in order. `past` says which way an open word goes: True for what has happened (a birth),
    False for what is to come, None when the text itself must tell ("kal" without a hint then gives nothing).
    """
    return list(_dates(text, today, past))


@lru_cache(maxsize=16)
def _dates(text: str, today: date, past: bool | None) -> tuple[Found[date], ...]:
    """Of the last few texts, because every question that may be answered by a day asks for them."""
    normal = normalise(text, squeeze=False)
    plain = normal.text
    words = [match.group().lower() for match in _WORD.finditer(plain)]
    if not _DIGIT.search(plain) and not any(_kind(word) not in _BESIDE or _month(word) for word in words):
        return ()
    calendar = _Calendar(len(plain))
    for match in _ISO.finditer(plain):
        calendar.add(*match.span(), _day(int(match[1]), int(match[2]), int(match[3])))
    for match in _SEPARATED.finditer(plain):
        if calendar.free(*match.span()):
            calendar.add(*match.span(), _numeric(match[1], match[3] or match[4], match[5], today, past))
    shift = _shift(words, "year")
    for pattern, day_at, month_at in ((_DAY_FIRST, 1, 2), (_MONTH_FIRST, 2, 1)):
        for match in pattern.finditer(plain):
            month = _month(match[month_at])
            # "mai 5 saal se" is "I, for five years".
            if month is None or (day_at == 2 and match[1].lower() == "mai") or not calendar.free(*match.span()):
                continue
            end = max(match.end(1), match.end(2), match.end(3))
            later = None if match[3] else _YEAR_AFTER.match(plain, end)
            written = match[3] or (later[1] if later else "")
            if written:
                day = _day(_year(written, today, past), month, int(match[day_at]))
                end = later.end(1) if later else end
            else:
                day = _nearest(month, int(match[day_at]), today, past, shift)
            calendar.add(match.start(), end, day)
    compact = _COMPACT.match(plain)
    if compact:
        calendar.add(compact.start(1), compact.end(3), _numeric(compact[1], compact[2], compact[3], today, past))
    for start, end, day in _spoken(plain, today, past, shift):
        if calendar.free(start, end):
            calendar.add(start, end, day)
    for start, end, day in _relative(plain, today, past):
        if calendar.free(start, end):
            calendar.add(start, end, day)
    return tuple(Found(day, *normal.span(start, end)) for start, end, day in sorted(calendar.found))


def without_dates(text: str, today: date) -> str:
    """The text, as long as it was, with breaks where dates stand."""
    for found in find_dates(text, today, past=True):
        text = text[: found.start] + "\n" * (found.end - found.start) + text[found.end :]
    return text


def is_impossible_date(text: str) -> bool:
    """Whether a day is written that no calendar has: 30 February, 31/4/1990, 12/13/1990."""
    plain = normalise(text, squeeze=False).text
    for match in _SEPARATED.finditer(plain):
        first, second, third = match[1], match[3] or match[4], match[5]
        year, day = (first, third) if len(first) == 4 else (third, first)
        if len(day) <= 2 and _absent(year, int(second), int(day)):
            return True
    for pattern, day_at, month_at in ((_DAY_FIRST, 1, 2), (_MONTH_FIRST, 2, 1)):
        for match in pattern.finditer(plain):
            month = _month(match[month_at])
            named = month and not (day_at == 2 and match[1].lower() == "mai")
            if named and _absent(match[3] or "", month or 0, int(match[day_at])):
                return True
    return False


def _absent(year: str, month: int, day: int) -> bool:
    """A leap year stands in for a year that is not written in full."""
    return len(year) != 3 and _day(int(year) if len(year) == 4 else 2000, month, day) is None


def _spoken(plain: str, today: date, past: bool | None, shift: int | None) -> list[tuple[int, int, date | None]]:
    """Days whose numbers are words: "pandrah august unnis sau nabbe", "पंद्रह अगस्त दो हज़ार पाँच"."""
    parts = parts_of(plain)
    months = [index for index, part in enumerate(parts) if part.meaning is None and _month(part.text)]
    if not months:
        return []
    numbers = read(parts, plain)
    begins: dict[int, Number] = {number.first: number for number in numbers}
    ends: dict[int, Number] = {number.last: number for number in numbers}
    found: list[tuple[int, int, date | None]] = []
    for index in months:
        before, after = ends.get(index - 1), begins.get(index + 1)
        if before is None or not 1 <= before.value <= 31 or before.value % 1:
            continue
        month, number, last = _month(parts[index].text) or 0, int(before.value), index
        day: date | None = None
        if after is not None and EARLIEST <= after.value <= LATEST and not after.value % 1:
            day, last = _day(int(after.value), month, number), after.last
        elif (
            after is not None and after.value in (19, 20) and (rest := begins.get(after.last + 1)) and rest.value < 100
        ):
            # "nineteen ninety", as English says a year.
            day, last = _day(int(after.value) * 100 + int(rest.value), month, number), rest.last
        elif not parts[before.last].text.isdigit():
            day = _nearest(month, number, today, past, shift)
        else:
            continue
        found.append((parts[before.first].start, parts[last].end, day))
    return found


def _relative(plain: str, today: date, past: bool | None) -> list[tuple[int, int, date]]:
    matches = list(_WORD.finditer(plain))
    kinds = [_kind(match.group().lower()) for match in matches]
    direction = past
    if direction is None:
        if "past" in kinds:
            direction = True
        elif "future" in kinds:
            direction = False
    found: list[tuple[int, int, date]] = []
    for index, kind in enumerate(kinds):
        match = matches[index]
        if kind in ("0", "-1", "+1"):
            found.append((*match.span(), today + timedelta(int(kind))))
        elif kind in ("1", "2", "3") and direction is not None:
            days = -int(kind) if direction else int(kind)
            found.append((*match.span(), today + timedelta(days)))
        elif kind in ("ago", "later") and index >= 2 and kinds[index - 1] in ("day", "week", "month", "year"):
            word = matches[index - 2].group().lower()
            meaning = meaning_of(word)
            count = int(word) if word.isdigit() and len(word) < 4 else int(meaning.value) if meaning else None
            if count is not None and count < 1000:
                sign = -1 if kind == "ago" else 1
                day = _moved(today, kinds[index - 1] or "", sign * count)
                if day is not None:
                    found.append((matches[index - 2].start(), match.end(), day))
    return found


def _moved(today: date, unit: str, count: int) -> date | None:
    if unit in ("day", "week"):
        return today + timedelta(count * (7 if unit == "week" else 1))
    months = today.year * 12 + today.month - 1 + count * (12 if unit == "year" else 1)
    year, month = divmod(months, 12)
    if not EARLIEST <= year <= LATEST:
        return None
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))
