"""Figures, reports and archives, without any model."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from xml.etree import ElementTree

import pytest

from nlu import archives, fingerprints
from nlu.evaluate import page, plots, report, scoring
from nlu.evaluate.parsing import Judged
from nlu.evaluate.sentences import Sentence, SentencesError, read

pytestmark = pytest.mark.rasa

BASE = Judged(
    sentence=Sentence("fees kitni hai", "hi", "roman", "ask_fee", "income_certificate", (("amount", "100"),)),
    intent="ask_fee",
    guess="ask_fee",
    second="ask_time",
    confidence=0.9,
    decision="act",
    service="income_certificate",
    ranking=("income_certificate",),
    entities=(("amount", "100"),),
    language="hi",
    milliseconds=2.0,
)


def one(right: str, given: str, language: str = "hi", text: str = "x", **changes: object) -> Judged:
    sentence = Sentence(text, language, "native", right, "", None)
    return replace(BASE, sentence=sentence, intent=given, guess=given, service="", entities=(), **changes)  # type: ignore[arg-type]


def test_what_is_out_of_scope_may_be_refused_but_not_taken_for_something() -> None:
    judged = [one("out_of_scope", "nlu_fallback"), one("out_of_scope", "out_of_scope"), one("out_of_scope", "greet")]
    figures = scoring.summary(judged)
    assert figures["outside_recall"] == 0.6667 and figures["outside_accepted"] == 0.3333


def test_what_is_in_scope_may_not_be_refused() -> None:
    figures = scoring.summary([one("greet", "nlu_fallback"), one("greet", "out_of_scope"), one("greet", "greet"), BASE])
    assert figures["inside_refused"] == 0.5 and figures["intent_accuracy"] == 0.5


def test_macro_f1_counts_each_intent_alike() -> None:
    judged = [*[one("greet", "greet")] * 8, one("thank", "greet"), one("thank", "thank")]
    # greet: 8 of 9 given, all 8 wanted; thank: 1 of 1 given, 1 of 2 wanted.
    assert scoring.macro_f1(judged) == round((2 * 8 / 17 + 2 * 1 / 3) / 2, 4)


def test_entities_count_exact_values_and_only_where_marked() -> None:
    wrong = replace(BASE, entities=(("amount", "1000"), ("date", "2024-01-01")))
    found = scoring.entities([BASE, wrong, one("greet", "greet")])
    assert found["amount"] == {"there": 2, "precision": 0.5, "recall": 0.5, "f1": 0.5}
    assert found["date"]["precision"] == 0 and found["date"]["recall"] is None


def test_calibration_error_is_the_mean_distance() -> None:
    judged = [one("greet", "greet", confidence=0.75), one("greet", "thank", confidence=0.75)]
    assert scoring.calibration_error(judged) == 0.25


def test_losses_name_language_and_intent() -> None:
    texts = [f"sentence {at}" for at in range(20)]
    before = report.make("old", "here", [one("greet", "greet", text=text) for text in texts])
    after = report.make(
        "new", "here", [one("greet", "greet" if at > 2 else "thank", text=text) for at, text in enumerate(texts)]
    )
    assert report.losses(before, after, 0.02) == [
        "language hi: 100.0% before, 85.0% now",
        "intent greet: 100.0% before, 85.0% now",
    ]
    assert report.losses(after, before, 0.02) == []
    assert [flip["text"] for flip in report.flips(before, after)] == texts[:3]
    assert not any(flip["better"] for flip in report.flips(before, after))


def test_one_sentence_alone_refuses_no_model() -> None:
    before = report.make("old", "here", [one("greet", "greet", text=text) for text in "abc"])
    after = report.make("new", "here", [one("greet", "greet" if text != "a" else "thank", text=text) for text in "abc"])
    assert report.losses(before, after, 0.02) == []


def test_a_report_serves_again_only_for_the_same_sentences() -> None:
    first = report.make("old", "here", [one("greet", "greet"), BASE])
    assert report.same_sentences(first, report.make("new", "there", [BASE, one("greet", "thank")]))
    assert not report.same_sentences(first, report.make("new", "here", [BASE]))
    assert not report.same_sentences(first, report.make("new", "here", [one("thank", "greet"), BASE]))


def test_the_report_is_written_read_back_and_a_page(tmp_path: Path) -> None:
    made = report.make("model", "tests", [BASE, one("greet", "thank", text="<b>नमस्ते</b>")])
    page.publish(made, None, tmp_path)
    again = report.read(tmp_path / "report.json")
    assert again is not None and again["cells"] == json.loads(json.dumps(made["cells"]))
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;नमस्ते" in html and "<b>नमस्ते" not in html and "no earlier report" in html
    page.publish(made, again, tmp_path)
    assert "no earlier report" not in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_plots_are_well_formed() -> None:
    rows = scoring.calibration([BASE, one("greet", "thank", confidence=0.3)])
    for svg in (
        plots.bars([("a & b", 0.5), ("c", None)], 0.9),
        plots.calibration(rows),
        plots.matrix(["a", "b"], {("a", "b"): 2, ("a", "a"): 1}, {"a": 3}),
    ):
        assert ElementTree.fromstring(svg).tag == "svg"


def test_sentences_from_twins_and_tables(tmp_path: Path) -> None:
    (tmp_path / "hi").mkdir()
    (tmp_path / "hi" / "greet.yml").write_text(
        "- {text: नमस्ते, script: native, intent: greet, service: null, entities: []}\n"
        "- {text: ram ram, script: roman, intent: greet}\n",
        encoding="utf-8",
    )
    found = read(tmp_path)
    assert [(s.language, s.script, s.entities) for s in found] == [("hi", "native", ()), ("hi", "roman", None)]
    table = tmp_path / "mine.tsv"
    table.write_text('text\tlanguage\tscript\tintent\tservice\n"quoted\ten\tnative\tgreet\t\n', encoding="utf-8")
    assert read(table) == [Sentence('"quoted', "en", "native", "greet", "")]
    table.write_text("text\tintent\nhello\tgreet\n", encoding="utf-8")
    with pytest.raises(SentencesError, match="language, script, service"):
        read(table)


def archive(folder: Path, day: int, fingerprint: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{archives.name(datetime(2026, 1, day, tzinfo=timezone.utc), fingerprint)}.tar.gz"
    path.write_text(f"model of day {day}")
    return path


def test_one_model_in_force_and_back_by_one_each_time(tmp_path: Path) -> None:
    models, earlier = tmp_path / "models", tmp_path / "var" / "models"
    for day in (1, 2, 3):
        archives.install(archive(tmp_path / "new", day, f"{day:012x}"), models, earlier)
        assert len(list(models.iterdir())) == 1
    assert archives.fits(archives.in_force(models), f"{3:012x}")
    assert archives.back(models, earlier).read_text() == "model of day 2"
    assert archives.back(models, earlier).read_text() == "model of day 1"
    with pytest.raises(archives.NoEarlierModel):
        archives.back(models, earlier)
    assert len(list(models.iterdir())) == 1


def test_only_so_many_earlier_models_are_kept(tmp_path: Path) -> None:
    for day in range(1, archives.KEPT + 4):
        archives.install(archive(tmp_path / "new", day, f"{day:012x}"), tmp_path / "models", tmp_path / "var")
    assert len(list((tmp_path / "var").glob(archives.PATTERN))) == archives.KEPT


def test_the_fingerprint_follows_the_data(tmp_path: Path) -> None:
    (tmp_path / "training_data").mkdir()
    sentences = tmp_path / "training_data" / "a.yml"
    sentences.write_text("one")
    (tmp_path / "config.yml").write_text("x")
    first = fingerprints.fingerprint(tmp_path)
    assert first == fingerprints.fingerprint(tmp_path) and len(first) == fingerprints.LENGTH
    sentences.write_text("two")
    assert fingerprints.fingerprint(tmp_path) != first
