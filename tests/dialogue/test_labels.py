"""The questions that a text names: one matcher for all forms, whatever is still open in one of them."""

from __future__ import annotations

import pytest

from catalogue import loader
from dialogue.answers import labels
from dialogue.answers.labels import labelled
from nlu.text.matching import Matcher

CATALOGUE = loader.load()
MARRIAGE = CATALOGUE.services["marriage_registration"].fields


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("father's name is wrong", "father_name"),
        ("मोबाइल नंबर गलत है", "mobile"),
        ("ਪਿਤਾ ਦਾ ਨਾਂ", "father_name"),
    ],
)
def test_a_label_names_its_question(text: str, name: str) -> None:
    fields = CATALOGUE.services["income_certificate"].fields
    assert labelled(text, fields, CATALOGUE)[0].key == name


def test_a_question_that_is_not_open_is_not_named_and_hides_none() -> None:
    uses = [use for use in MARRIAGE if use.field.id == "groom_name"]
    assert [match.key for match in labelled("groom name", uses, CATALOGUE)] == ["groom_name"]
    assert "groom_name" not in [match.key for match in labelled("groom name", MARRIAGE[:1], CATALOGUE)]
    assert labelled("groom name", [], CATALOGUE) == []


def test_what_is_open_changes_without_another_matcher(monkeypatch: pytest.MonkeyPatch) -> None:
    labelled("dob", MARRIAGE, CATALOGUE)

    class NoMore(Matcher):
        def __init__(self, spellings: object) -> None:
            raise AssertionError("a matcher was made for one set of questions")

    monkeypatch.setattr(labels, "Matcher", NoMore)
    for number in range(len(MARRIAGE)):
        labelled("dob", MARRIAGE[:number], CATALOGUE)
