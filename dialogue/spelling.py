"""Names that will be printed, in both scripts: as the person wrote them, and as they are spelt in the other one.

Transliteration proposes the other spelling, the summary shows both, and the person decides: a name that is written anew
in the other script corrects that spelling alone. Pure; asks nothing.
"""

from __future__ import annotations

from dataclasses import replace
from difflib import SequenceMatcher

from catalogue.model import Service
from dialogue.draft import Draft
from nlu.text.names import transliterate
from nlu.text.scripts import Script

SCRIPT_OF_LANGUAGE: dict[str, Script] = {"hi": "Deva", "pa": "Guru", "ur": "Arab"}
"""A certificate in English alone carries one script."""
ALIKE = 0.6
"""Share of common letters from which two spellings are of one name; below, somebody else is meant."""


def printed_names(service: Service) -> list[str]:
    """Fields with names that the certificate may print; the applicant's in any case."""
    names = [use.field.id for use in service.fields if use.field.type == "name"]
    return names if service.certificate is not None else [name for name in names if name == service.applicant]


def _script(name: str, lang: str) -> Script | None:
    return SCRIPT_OF_LANGUAGE.get(lang) if name.isascii() else "Latn"


def proposed(service: Service, draft: Draft, lang: str) -> Draft:
    """The draft with every name spelt in the other script; what the person corrected stays."""
    spellings = {}
    for field in printed_names(service):
        name = str(draft.values.get(field) or "")
        script = _script(name, lang) if name else None
        if script is None:
            continue
        known = draft.spellings.get(field, "")
        fits = bool(known) and transliterate(known, script) == known
        spellings[field] = known if fits else transliterate(name, script)
    return replace(draft, spellings=spellings)


def corrected(service: Service, draft: Draft, field: str, text: object) -> Draft | None:
    """The draft with the spelling in the other script corrected; None when the text is another answer."""
    name = str(draft.values.get(field) or "")
    if not isinstance(text, str) or not name or field not in printed_names(service) or name.isascii() == text.isascii():
        return None
    if _alike(name, text) < ALIKE:
        return None
    return draft.spell(field, text)


def _alike(first: str, second: str) -> float:
    one, other = ("".join(transliterate(name, "Latn").lower().split()) for name in (first, second))
    return SequenceMatcher(None, one, other).ratio()


def in_both(draft: Draft, field: str) -> tuple[str, str]:
    """(Latin, local script) of a name of the draft; the second is empty where one script is all there is."""
    name = str(draft.values.get(field) or "")
    other = draft.spellings.get(field, "")
    if name.isascii():
        return name, other
    return other or transliterate(name, "Latn"), name
