"""The message templates: complete, within Meta's rules, and printed in the form that Meta registers."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from catalogue.model import LANGUAGES, STAGES
from connectors.errors import TemplateError
from connectors.whatsapp import templates
from runtime.records import TemplateRef


def test_one_template_a_stage_a_notice_and_an_answer_of_staff_in_four_languages(root: Path) -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "connectors.templates"], cwd=root, capture_output=True, text=True, check=True
    ).stdout
    registration = [json.loads(line) for line in printed.splitlines()]
    assert len(registration) == (len(STAGES) + 2) * len(LANGUAGES) == 72
    assert len({(entry["name"], entry["language"]) for entry in registration}) == 72
    for entry in registration:
        body = next(component for component in entry["components"] if component["type"] == "BODY")
        assert entry["category"] == "UTILITY" and "{{1}}" in body["text"] and "{{2}}" in body["text"]
        assert len(body["example"]["body_text"][0]) == 2


def test_the_quick_reply_carries_the_application() -> None:
    loaded = templates.load()
    reference = TemplateRef("stage_sent_back", "hi", ("आय", "DL-7"))
    assert loaded.by_name[reference.name].reply(reference) == "repair:DL-7"
    answered = TemplateRef("staff_answered", "hi", ("राजस्व विभाग", "4F1A09C2"))
    assert loaded.by_name[answered.name].reply(answered) == "more:staff:answer"
    assert loaded.by_name["stage_approved"].reply(reference) == "status:DL-7"
    assert loaded.by_name["notice_claimed"].reply(TemplateRef("notice_claimed", "hi", ("आय", "DL-7"))) == "human"


@pytest.mark.parametrize(
    ("lang", "body", "problem"),
    [
        ("hi", "{1} का आवेदन {2} मिल गया है और अब आगे बढ़ेगा।", "begins or ends"),
        ("hi", "आपका आवेदन मिल गया: {1}, संख्या {2}।", "begins or ends"),
        ("en", "Your application {1}{2} is being looked at by us.", "side by side"),
        ("en", "Your application {2} for {1} is being looked at.", "in this order"),
        ("en", "Got {1} as {2} ok", "too few words"),
        ("en", "word " * 300 + "{1} and {2} end", "longer than"),
        ("ur", "  ", "missing"),
    ],
)
def test_a_template_that_meta_would_refuse_is_named(tmp_path: Path, lang: str, body: str, problem: str) -> None:
    data = yaml.safe_load(templates.FILE.read_text(encoding="utf-8"))
    data["stages"]["approved"]["body"][lang] = body
    data["stages"].pop("dispatched")
    file = tmp_path / "templates.yml"
    file.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    with pytest.raises(TemplateError) as caught:
        templates.load(file)
    assert problem in str(caught.value) and f"approved in {lang}" in str(caught.value)
    assert "stage dispatched has no template" in str(caught.value)
