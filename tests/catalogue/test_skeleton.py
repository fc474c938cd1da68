"""A new service starts from a file whose gaps are all found, and is complete once they are filled."""

from __future__ import annotations

import re

import pytest

from catalogue import messages
from catalogue.errors import LoadError
from catalogue.linter import problems
from catalogue.skeleton import main, skeleton
from tests.catalogue.conftest import Copy

WORDS = {"en": "Stall permit", "hi": "ठेला परमिट", "pa": "ਰੇਹੜੀ ਪਰਮਿਟ", "ur": "ٹھیلا پرمٹ"}


def filled(text: str) -> str:
    """The skeleton as somebody would fill it in."""
    for language, words in WORDS.items():
        text = re.sub(rf"(?m)^( +{language}):$", rf"\1: {words}", text)
    text = re.sub(r"(?m)^  ([a-zL-]+): \[\]$", r"  \1: [stall permit \1]", text)
    text = text.replace("department:\n", "department: mcd\n").replace("outcome:\n", "outcome: licence\n")
    text = text.replace("  - id:\n", "  - id: old_enough\n").replace("    expr:\n", "    expr: age(dob, today) >= 18\n")
    return text


def test_the_file_is_refused_until_it_is_answered_and_then_is_a_service(copy: Copy) -> None:
    assert main(["stall_permit"], copy.folder) == 0
    path = copy.folder / "services/stall_permit.yml"
    with pytest.raises(LoadError, match=r"services/stall_permit\.yml: department: should be a text"):
        copy.load()
    path.write_text(filled(path.read_text("utf-8")), "utf-8")
    catalogue = copy.load()
    service = catalogue.services["stall_permit"]
    assert service.name == WORDS
    assert [rule.fields for rule in service.rules] == [("dob",)]
    found = [str(problem) for problem in problems(catalogue, messages.load())]
    assert [sentence for sentence in found if "stall_permit" in sentence] == []


def test_an_existing_file_is_never_overwritten(copy: Copy, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["income_certificate"], copy.folder) == 1
    assert "there is a service 'income_certificate' already" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["Stall", "stall-permit", "../stall", "", "stall__permit", "1stall"])
def test_an_id_is_of_small_letters(copy: Copy, name: str) -> None:
    with pytest.raises(ValueError, match="cannot be an id"):
        skeleton(name, copy.load())


def test_says_how_it_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "for example" in capsys.readouterr().out
