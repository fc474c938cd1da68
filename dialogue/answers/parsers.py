"""One parser a field type: text in, `Accepted` with the normal form or `Refused` with a code out.

Normal forms: dates ISO 8601; money whole rupees; identifiers upper case without spaces; options their ids; names and
texts as typed, freed of control characters and markup.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache

import regex

from catalogue.model import Catalogue, Field, Option, Place
from dialogue.answers.outcome import Accepted, Context, Refused
from dialogue.answers.since_birth import since_birth, within_life
from dialogue.by_identity import made_once
from dialogue.places import sub_division_of
from nlu.text.amounts import find_amounts
from nlu.text.dates import find_dates, is_impossible_date, without_dates
from nlu.text.found import Found
from nlu.text.identifiers import find_aadhaar, find_emails, find_phones, find_pincodes, find_printed
from nlu.text.matching import Matcher
from nlu.text.names import is_name, is_sentence, stands_for_a_place, strip_frame
from nlu.text.neutral import neutral
from nlu.text.normalise import normalise
from nlu.text.numbers import find_numbers
from nlu.text.ordinals import LAST, place_meant
from nlu.text.whereabouts import place_alone
from nlu.text.yesno import yes_no

Outcome = Accepted | Refused
LONGEST_TEXT, LONGEST_STATEMENT = 300, 3000
"""Letters; an application under the Right to Information Act may have about 3,000 on the portal."""
SHARE_OF_TEXT = 0.4
"""An option's word must be this much of what was said to be surely the answer; less may be said in passing."""


@lru_cache(maxsize=512)
def _matcher(spellings: tuple[tuple[str, tuple[str, ...]], ...]) -> Matcher:
    return Matcher(dict(spellings))


@made_once
def _option_matcher(field: Field) -> Matcher:
    """Finds a field's options by all their words."""
    return Matcher(
        {
            option.value: tuple(dict.fromkeys((option.value.replace("_", " "), *_titles(option), *option.spellings)))
            for option in field.options
        }
    )


def _titles(option: Option) -> Iterator[str]:
    """Titles in all languages, and what stands before and inside their brackets."""
    for title in option.title.values():
        yield title
        bracketed = re.match(r"^(.+?)\s*\((.+)\)\s*$", title)
        if bracketed:
            yield from bracketed.groups()


def place_spellings(places: Iterator[Place]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Names and spellings, former ones too unless another place bears the name today."""
    known = list(places)
    today = {name.casefold() for place in known for name in place.name.values()}
    return tuple(
        (place.id, (*place.name.values(), *place.spellings, *(f for f in place.former if f.casefold() not in today)))
        for place in known
    )


def known_place(catalogue: Catalogue) -> Callable[[str], bool]:
    """Whether words name a place of Delhi that the catalogue has."""
    places = (*catalogue.districts.values(), *catalogue.sub_divisions.values(), *catalogue.localities.values())
    matcher = _matcher(place_spellings(iter(places)))
    return lambda words: bool(matcher.find(words))


def _ascii(text: str) -> str:
    return str(normalise(text).text)


def parse_name(field: Field, text: str, context: Context) -> Outcome:
    found = strip_frame(text)
    name = neutral(found.value).strip(" .,:;-")
    said = yes_no(name)
    if not is_name(name) or is_sentence(name) or stands_for_a_place(text, found.end) or said is not None:
        return Refused("only_yes" if said else "name")
    latin = name.isascii()
    return Accepted(name.title() if latin and (name.islower() or name.isupper()) else name, sure=False)


def parse_text(field: Field, text: str, context: Context) -> Outcome:
    value = " ".join(neutral(text).split()).strip(" ,;")
    if not value:
        return Refused("empty")
    if yes_no(value) is True:
        # "Yes, fine" agrees with something said before; it is no place and no reason.
        return Refused("only_yes")
    if not field.statement and value.endswith(("?", "؟")):
        return Refused("question")
    if field.happening:
        place = place_alone(without_dates(value, context.today), known_place(context.catalogue))
        value = place.value if place else value
    limit = LONGEST_STATEMENT if field.statement else LONGEST_TEXT
    if len(value) > limit:
        return Refused("too_long", {"limit": str(limit)})
    return Accepted(value, sure=False)


def parse_address(field: Field, text: str, context: Context) -> Outcome:
    outcome = parse_text(field, text, context)
    if isinstance(outcome, Accepted) and not regex.search(r"[\p{L}\p{N}]", outcome.value):
        return Refused("address")
    return outcome


_BIRTH = re.compile(
    r"(?:\b(?:born|d\.?o\.?b\.?|birth|janam|janm|paida\w*)\b|जन्म(?!ाष्ट)|पैदा|ਜਨਮ|ਜੰਮ(?!ੂ)|پیدا|جنم)[^\d,;\n،]*$", re.I
)
"""What makes the date after it somebody's birth, and no wedding or journey."""
_BIRTH_FIELD = re.compile(r"dob|birth|born|since")


def parse_date(field: Field, text: str, context: Context) -> Outcome:
    found = find_dates(text, context.today, past=True if field.past else False if field.future else None)
    born = since_birth(field, text, context.values, context.today)
    if born is not None and not found:
        return Accepted(*born)
    if not found:
        return Refused("date_impossible" if is_impossible_date(text) else "date")
    if _BIRTH.search(text[: found[0].start]) and not _BIRTH_FIELD.search(field.id):
        return Refused("date")
    day: date = found[0].value
    if field.past and day > context.today:
        return Refused("date_future")
    if field.future and day < context.today:
        return Refused("date_past")
    if day.year < 1900:
        return Refused("date")
    return Accepted(day.isoformat(), found[0].start, found[0].end)


def _within(field: Field, number: Decimal) -> Refused | None:
    if field.minimum is not None and number < Decimal(str(field.minimum)):
        return Refused("too_small", {"limit": f"{field.minimum:g}"})
    if field.maximum is not None and number > Decimal(str(field.maximum)):
        return Refused("too_large", {"limit": f"{field.maximum:g}"})
    return None


def parse_money(field: Field, text: str, context: Context) -> Outcome:
    found = find_amounts(text, bare=True)
    if not found:
        return Refused("money")
    rupees, per = found[0].value.rupees, found[0].value.per
    if per == "month" and "annual" in field.id:
        rupees *= 12
    elif per == "year" and "month" in field.id:
        rupees //= 12
    return _within(field, Decimal(rupees)) or Accepted(rupees, found[0].start, found[0].end)


def parse_integer(field: Field, text: str, context: Context) -> Outcome:
    found = _counted(text, context)
    born = since_birth(field, text, context.values, context.today)
    if born is not None and not found:
        return Accepted(*born)
    if not found or found[0].value != int(found[0].value):
        return Refused("integer")
    return _within(field, found[0].value) or _number(int(found[0].value), found[0].start, found[0].end, text)


_UNIT = re.compile(
    r"\s*(?:years?|yrs?|months?|days?|saal|sal|varsh|baras|mahine|mahina|din|साल|वर्ष|बरस|महीने|दिन|ਸਾਲ|ਵਰ੍ਹੇ|ਮਹੀਨੇ|ਦਿਨ|"
    r"سال|برس|مہینے|دن)",
    re.I,
)


def _counted(text: str, context: Context) -> list[Found[Decimal]]:
    """Numbers that can count something. Where days or numbers of other kinds stand in the text ("B-42, 110024"), only
    those with a unit or alone in their part do."""
    found = find_numbers(text)
    others = (find_dates(text, context.today), find_phones(text), find_pincodes(text), find_aadhaar(text))
    named = [(one.start, one.end) for kind in others for one in kind]
    if not named:
        return found
    apart = [n for n in found if all(n.end <= start or n.start >= end for start, end in named)]
    return [n for n in apart if _UNIT.match(text, n.end) or _alone(text, n.start, n.end)]


def _alone(text: str, start: int, end: int) -> bool:
    before, after = re.split(r"[,;\n،।]", text[:start])[-1], re.split(r"[,;\n،।]", text[end:])[0]
    return not before.strip() and not after.strip()


def _number(value: int | float, start: int, end: int, text: str) -> Accepted:
    """Digits are meant as a number; a number word inside a sentence may be another word (ਸਤ in ਸਤ ਸ੍ਰੀ ਅਕਾਲ)."""
    said = text[start:end]
    sure = any(char.isdigit() for char in said) or len(said) >= SHARE_OF_TEXT * len(text.strip())
    return Accepted(value, start, end, sure)


def parse_decimal(field: Field, text: str, context: Context) -> Outcome:
    found = find_numbers(text)
    if not found:
        return Refused("decimal")
    return _within(field, found[0].value) or _number(float(found[0].value), found[0].start, found[0].end, text)


def parse_boolean(field: Field, text: str, context: Context) -> Outcome:
    answer = yes_no(text)
    return Refused("yes_no") if answer is None else Accepted(answer)


def _numbered(text: str, count: int) -> int | None:
    place = place_meant(_ascii(text).strip(" .)(#"))
    if place == LAST:
        return count - 1
    return place - 1 if place is not None and 1 <= place <= count else None


def parse_choice(field: Field, text: str, context: Context) -> Outcome:
    for option in field.options:
        if text.strip() == option.value:
            return Accepted(option.value, 0, len(text))
    matches = _option_matcher(field).find(text)
    if matches:
        first = matches[0]
        sure = first.end - first.start >= SHARE_OF_TEXT * len(text.strip())
        return Accepted(first.key, first.start, first.end, sure)
    number = _numbered(text, len(field.options))
    return Refused("choice") if number is None else Accepted(field.options[number].value)


_SEVERAL = re.compile(r"[,;\n،+&/]|(?<!\w)(?:and|aur|te|tey|ate|plus|aor|both|और|एवं|तथा|व|ਅਤੇ|ਤੇ|ਨਾਲੇ|اور|و)(?!\w)", re.I)
"""What stands between several things that are chosen."""


def parse_choices(field: Field, text: str, context: Context) -> Outcome:
    exact = [part.strip() for part in re.split(r"[,;\n]", text)]
    known = {option.value for option in field.options}
    if exact and all(part in known for part in exact):
        return Accepted(list(dict.fromkeys(exact)))
    keys: list[str] = []
    for part in _SEVERAL.split(text):
        matches = _option_matcher(field).find(part)
        number = _numbered(part, len(field.options))
        if matches:
            keys.append(matches[0].key)
        elif number is not None:
            keys.append(field.options[number].value)
    return Accepted(list(dict.fromkeys(keys))) if keys else Refused("choice")


def parse_phone(field: Field, text: str, context: Context) -> Outcome:
    found = find_phones(text)
    return Accepted(found[0].value, found[0].start, found[0].end) if found else Refused("phone")


def parse_email(field: Field, text: str, context: Context) -> Outcome:
    found = find_emails(text)
    return Accepted(found[0].value, found[0].start, found[0].end) if found else Refused("email")


def parse_pincode(field: Field, text: str, context: Context) -> Outcome:
    found = find_pincodes(text)
    if not found:
        return Refused("pincode")
    if field.pattern and not re.fullmatch(field.pattern, found[0].value):
        return Refused("pincode_delhi")
    return Accepted(found[0].value, found[0].start, found[0].end)


def parse_aadhaar(field: Field, text: str, context: Context) -> Outcome:
    found = find_aadhaar(text)
    return Accepted(found[0].value, found[0].start, found[0].end) if found else Refused("aadhaar")


def _printed_number(text: str) -> Outcome:
    """A number of no known form, out of the sentence that it stands in if only one can be meant."""
    inside = find_printed(text)
    if len(inside) == 1:
        return Accepted(inside[0].value, inside[0].start, inside[0].end)
    shown = " ".join(neutral(text).split())
    return Accepted(shown.upper()) if regex.search(r"\p{N}", shown) and len(shown) <= 40 else Refused("identifier")


def parse_identifier(field: Field, text: str, context: Context) -> Outcome:
    value = re.sub(r"[\s\-]+", "", _ascii(text)).upper()
    if not field.pattern:
        return _printed_number(text)
    whole = re.fullmatch(field.pattern, value)
    if whole:
        return Accepted(value)
    for word in re.findall(r"[A-Z0-9]+(?:[ \-][A-Z0-9]+)*", _ascii(text).upper()):
        bare = re.sub(r"[\s\-]+", "", word)
        if re.fullmatch(field.pattern, bare):
            return Accepted(bare)
    return Refused("identifier")


_CITY = "new_delhi"
"""A district and a sub-division, and what everybody writes under an address anywhere in the city."""


def _only_city(place: str, text: str, length: int, context: Context) -> bool:
    """Whether the place may be named as the city: among other words, none of which is a locality in it."""
    return place == _CITY and length < len(text.strip()) and sub_division_of(text, context.catalogue) != _CITY


def _place(matcher: Matcher, text: str, context: Context) -> Accepted | None:
    """The place named in the text; one that may be the city only where there is no other."""
    found = [
        Accepted(m.key, m.start, m.end, not _only_city(m.key, text, m.end - m.start, context))
        for m in matcher.find(text)
    ]
    return next((place for place in found if place.sure), found[0] if found else None)


def parse_district(field: Field, text: str, context: Context) -> Outcome:
    place = _place(_matcher(place_spellings(iter(context.catalogue.districts.values()))), text, context)
    if place is not None:
        return place
    within = _matcher(place_spellings(iter(context.catalogue.sub_divisions.values()))).find(text)
    if within:
        parent = context.catalogue.sub_divisions[within[0].key].parent
        return Accepted(parent, within[0].start, within[0].end)
    return Refused("district")


def parse_sub_division(field: Field, text: str, context: Context) -> Outcome:
    district = context.values.get("district")
    places = context.catalogue.sub_divisions.values()
    inside = [place for place in places if district in (None, place.parent)]
    named = _place(_matcher(place_spellings(iter(inside))), text, context)
    if named is not None:
        return named
    number = _numbered(text, len(inside)) if district else None
    return Refused("sub_division") if number is None else Accepted(inside[number].id)


def parse_slot(field: Field, text: str, context: Context) -> Outcome:
    for slot_id, _ in context.slots:
        if text.strip() == slot_id:
            return Accepted(slot_id)
    number = _numbered(text, len(context.slots))
    if number is not None:
        return Accepted(context.slots[number][0])
    matches = _matcher(tuple((slot_id, (shown,)) for slot_id, shown in context.slots)).find(text)
    return Accepted(matches[0].key) if matches else Refused("slot")


PARSERS: dict[str, Callable[[Field, str, Context], Outcome]] = {
    "name": parse_name,
    "text": parse_text,
    "address": parse_address,
    "date": parse_date,
    "datetime": parse_date,
    "money": parse_money,
    "integer": parse_integer,
    "decimal": parse_decimal,
    "boolean": parse_boolean,
    "choice": parse_choice,
    "choices": parse_choices,
    "phone": parse_phone,
    "email": parse_email,
    "pincode": parse_pincode,
    "aadhaar": parse_aadhaar,
    "identifier": parse_identifier,
    "district": parse_district,
    "sub_division": parse_sub_division,
    "slot": parse_slot,
}
FREE = frozenset({"name", "text", "address"})
"""Types that nearly any text satisfies."""


def parse(field: Field, text: str, context: Context) -> Outcome:
    outcome = PARSERS[field.type](field, text, context)
    if isinstance(outcome, Accepted) and field.from_birth:
        return within_life(field, outcome, context)
    return outcome
