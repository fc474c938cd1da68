"""Names in both scripts: transliteration proposes, the person decides."""

from __future__ import annotations

import pytest

from catalogue.loader import load
from dialogue.draft import Draft
from dialogue.spelling import corrected, in_both, printed_names, proposed

SERVICE = load().services["marriage_registration"]


def draft(**values: str) -> Draft:
    return Draft("d", SERVICE.id, "p", 0.0).with_values(values)


@pytest.mark.parametrize(
    ("lang", "written", "other"),
    [
        ("hi", "Harpreet Singh", "हरप्रीत सिंह"),
        ("pa", "Harpreet Singh", "ਹਰਪ੍ਰੀਤ ਸਿੰਘ"),
        ("ur", "Harpreet Singh", "ہرپریت سنگھ"),
        ("hi", "हरप्रीत सिंह", "Harpreet Singh"),
        ("pa", "ਹਰਪ੍ਰੀਤ ਸਿੰਘ", "Harpreet Singh"),
        ("ur", "ہرپریت سنگھ", "Harpreet Singh"),
        ("en", "हरप्रीत सिंह", "Harpreet Singh"),
        ("en", "Harpreet Singh", None),
    ],
)
def test_the_other_script_is_proposed(lang: str, written: str, other: str | None) -> None:
    assert proposed(SERVICE, draft(groom_name=written), lang).spellings.get("groom_name") == other


def test_every_name_that_may_be_printed_is_proposed() -> None:
    names = {"groom_name", "groom_father", "bride_name", "bride_father"}
    assert names <= set(printed_names(SERVICE))
    filled = proposed(SERVICE, draft(**dict.fromkeys(names, "Ram Lal")), "hi")
    assert {filled.spellings[name] for name in names} == {"राम लाल"}


def test_a_spelling_in_the_other_script_is_corrected_alone_and_stays() -> None:
    start = proposed(SERVICE, draft(groom_name="Harpreet Singh"), "hi").edit(["groom_name"])
    done = corrected(SERVICE, start, "groom_name", "हरप्रीत सिंघ")
    assert done is not None and done.editing == ()
    assert done.values["groom_name"] == "Harpreet Singh"
    assert in_both(proposed(SERVICE, done, "hi"), "groom_name") == ("Harpreet Singh", "हरप्रीत सिंघ")


@pytest.mark.parametrize("said", ["श्याम लाल", "Harpreet Sing", "", 7])
def test_another_name_or_the_same_script_is_another_answer(said: object) -> None:
    start = proposed(SERVICE, draft(groom_name="Harpreet Singh"), "hi")
    assert corrected(SERVICE, start, "groom_name", said) is None


def test_a_new_answer_is_proposed_anew() -> None:
    start = proposed(SERVICE, draft(groom_name="Harpreet Singh", bride_name="Meena"), "hi")
    changed = start.with_values({"groom_name": "Mohan Das"})
    assert "groom_name" not in changed.spellings and changed.spellings["bride_name"] == start.spellings["bride_name"]


def test_another_language_brings_its_own_script() -> None:
    start = proposed(SERVICE, draft(groom_name="Harpreet Singh"), "hi")
    assert proposed(SERVICE, start, "ur").spellings["groom_name"] == "ہرپریت سنگھ"


def test_a_draft_of_an_earlier_version_is_read() -> None:
    old = {**draft(groom_name="Ram").to_slot(), "local_name": "राम", "local_name_settled": True}
    read = Draft.from_slot(old)
    assert read is not None and read.values["groom_name"] == "Ram"
