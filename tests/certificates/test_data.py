"""The data of certificates: layouts read strictly, sentences in all four languages, numbers in words."""

from __future__ import annotations

import json
import string
from datetime import date

import pytest
import yaml

from catalogue.model import Catalogue
from certificates import layout, web, words
from certificates.errors import LayoutError
from certificates.values import _texts

GOOD = "persons: [{name: a}]\nrows: [{label: {en: A, hi: अ, pa: ਅ, ur: ا}, field: a}]\n"


@pytest.mark.parametrize("kind", layout.kinds())
def test_every_layout_reads(kind: str) -> None:
    plan = layout.load(kind)
    assert plan.rows and plan.persons and plan.kind == kind


def test_every_certificate_of_the_catalogue_has_a_layout_whose_fields_exist(catalogue: Catalogue) -> None:
    added = {
        "marriage_date",
        "registration_no",
        "registration_date",
        "dl_no",
        "dl_expiry",
        "financial_year",
        "address",
        "birth_place",
    }
    for service in catalogue.services.values():
        if service.certificate is None:
            continue
        plan = layout.load(service.certificate.kind)
        known = {use.field.id for use in service.fields} | added
        for row in plan.rows:
            if row.required:
                assert set(row.fields) <= known, (service.id, row.fields)
        assert any(name in known for person in plan.persons for name in (person.name, service.applicant))


@pytest.mark.parametrize(
    "text",
    [
        GOOD + "colour: red\n",
        "rows: []\n",
        "[]",
        GOOD.replace("field: a", "feild: a"),
        GOOD.replace("field: a", "field: a, format: roman"),
        GOOD.replace(", ur: ا", ""),
        GOOD.replace("{name: a}", "{name: a, relation: {b: cousin}}"),
        GOOD.replace("{name: a}", "{title: a}"),
        GOOD + "derived: {x: {fields: [a]}}\n",
    ],
)
def test_a_layout_with_a_fault_is_refused(text: str) -> None:
    assert layout.read(GOOD, "good").rows[0].fields == ("a",)
    with pytest.raises(LayoutError):
        layout.read(text, "bad")


def test_no_such_kind() -> None:
    with pytest.raises(LayoutError):
        layout.load("../texts")


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_sentences_on_paper_exist_in_every_language_with_the_same_blanks() -> None:
    for key, entry in _texts().items():
        if not key.endswith("_alt"):
            assert set(entry) == {"en", "hi", "pa", "ur"}, key
        assert len({frozenset(placeholders(text)) for text in entry.values()}) == 1, key


def test_sentences_of_the_page_exist_in_every_language_with_the_same_blanks() -> None:
    texts = json.loads((web.FOLDER / "texts.json").read_text("utf-8"))
    for key, entry in texts.items():
        assert set(entry) == {"en", "hi", "pa", "ur"} and all(entry.values()), key
        assert len({frozenset(placeholders(text)) for text in entry.values()}) == 1, key
    for kind in layout.kinds():
        assert f"kind_{kind}" in texts and f"value_{kind}" in texts


@pytest.mark.parametrize(
    ("amount", "grouped", "english", "hindi"),
    [
        (0, "0", "zero", "शून्य"),
        (45, "45", "forty-five", "पैंतालीस"),
        (999, "999", "nine hundred ninety-nine", "नौ सौ निन्यानवे"),
        (1000, "1,000", "one thousand", "एक हज़ार"),
        (123456, "1,23,456", "one lakh twenty-three thousand four hundred fifty-six", "एक लाख तेईस हज़ार चार सौ छप्पन"),
        (10000000, "1,00,00,000", "one crore", "एक करोड़"),
        (1234567890, "1,23,45,67,890", None, None),
    ],
)
def test_amounts(amount: int, grouped: str, english: str | None, hindi: str | None) -> None:
    assert words.grouped(amount) == grouped
    if english and hindi:
        assert (words.in_words(amount, "en"), words.in_words(amount, "hi")) == (english, hindi)
    for language in ("pa", "ur"):
        assert words.in_words(amount, language).strip()


def test_number_words_are_distinct_in_every_language() -> None:
    for language in ("en", "hi", "pa", "ur"):
        assert len({words.in_words(number, language) for number in range(1000)}) == 1000


def test_a_day_names_its_month() -> None:
    written = [words.day(date(1990, 5, 4), language) for language in ("en", "hi", "pa", "ur")]
    assert written == ["4 May 1990", "4 मई 1990", "4 ਮਈ 1990", "4 مئی 1990"]


def test_layouts_hold_no_key_twice() -> None:
    for path in layout.FOLDER.glob("*.yml"):
        node = yaml.compose(path.read_text("utf-8"))
        names = [key.value for key, _ in node.value]
        assert len(names) == len(set(names)), path.name
