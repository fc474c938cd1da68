"""What the components are made of, without Rasa's graph."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

pytest.importorskip("rasa")

from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

from nlu.components import entities, gate, lexicon, linear, patterns, rows, sources, tagging, tokenizer, views
from nlu.components.entities import Entity
from nlu.components.linear import HeldOut
from nlu.components.ngrams import Channel, Vocabulary
from nlu.components.rows import Row
from nlu.components.spotter import Named
from nlu.components.tagging import Word
from nlu.components.vectorizer import Vectorizer

pytestmark = pytest.mark.rasa


def test_quick_vectors_equal_those_of_scikit_learn() -> None:
    texts = ("ration card chahiye", "card do", "aadhaar card card do", "namaste")
    messages = [{"form": text.split(), "lemma": text.split()[:2]} for text in texts]
    channels = (
        Channel("form", "word", 1, 2, 1, 1.0),
        Channel("form", "char", 2, 4, 2, 1.5),
        Channel("lemma", "char", 2, 3, 9, 1.0),
        Channel("lemma", "word", 1, 1, 1, 0.5),
    )
    vectorizer = Vectorizer([Vocabulary.fit(channel, messages) for channel in channels])
    expected = []
    for channel in channels:
        grams = [channel.strings(message) for message in messages]
        sklearn = TfidfVectorizer(analyzer=list, min_df=channel.minimum, sublinear_tf=True)
        if channel.minimum <= len(messages):
            expected.append(sklearn.fit_transform(grams) * channel.weight)
    expected = hstack(expected).toarray()
    for message, row in zip([*messages, {"form": [], "lemma": ["unheard"]}], [*expected, 0 * expected[0]], strict=True):
        columns, values = vectorizer.vector(message)
        assert list(columns) == sorted(columns)
        found = csr_matrix((values, columns, [0, len(columns)]), shape=(1, vectorizer.width)).toarray()[0]
        assert np.allclose(found, row, atol=1e-6)


def test_devanagari_words_stay_whole() -> None:
    message = Message({"text": "जाति प्रमाण पत्र"})
    tokenizer.PivotTokenizer({}, None, None).process([message])  # type: ignore[arg-type]
    assert [token.text for token in message.get("text_tokens")] == ["जाति", "प्रमाण", "पत्र"]


def test_rows_side_by_side_are_scipys() -> None:
    one, two = csr_matrix([[0, 1.5, 0]], dtype=np.float32), csr_matrix([[2.0, 0, 3.0]], dtype=np.float32)
    joined = rows.beside([Row(part.indices, part.data, part.shape[1]) for part in (one, two)])
    assert (rows.matrix([joined, joined]).toarray() == np.vstack([hstack([one, two]).toarray()] * 2)).all()


def test_classes_put_kinds_in_the_place_of_names() -> None:
    message = Message({"text": "Sunita ko ration card 2024"})
    tokenizer.PivotTokenizer({}, None, None).process([message])  # type: ignore[arg-type]
    names = [Named("service", "ration_card_new", 1.0, 10, 21)]
    assert views.classes(message.get("text_tokens"), names)[0] == "<name>"
    assert views.classes(message.get("text_tokens"), names)[2:] == ["<service>", "<0000>"]


def separable(count: int = 40) -> tuple[csr_matrix, list[str], list[int]]:
    random = np.random.RandomState(0)
    targets = ["a", "b"] * (count // 2)
    noise = random.normal(scale=0.6, size=(count, 2))
    points = np.array([[1, 0] if target == "a" else [0, 1] for target in targets]) + noise
    return csr_matrix(points.astype(np.float32)), targets, list(range(count))


def test_probabilities_sum_to_one_and_follow_the_margin() -> None:
    features, targets, groups = separable()
    model, held = linear.fit(features, targets, groups)
    found = model.probabilities(features)
    assert np.allclose(found.sum(axis=1), 1, atol=1e-5)
    assert held is not None and held.probabilities.shape == (40, 2)
    assert np.allclose(model.chances(features[3].indices, features[3].data), found[3], atol=1e-5)


def test_held_out_confidence_is_about_the_share_that_is_right() -> None:
    features, targets, groups = separable(400)
    _, held = linear.fit(features, targets, groups)
    assert held is not None
    right = [held.labels[at] == target for at, target in zip(held.probabilities.argmax(axis=1), targets, strict=True)]
    assert abs(float(np.mean(right)) - float(held.probabilities.max(axis=1).mean())) < 0.05


def test_descendants_of_one_sentence_are_never_parted() -> None:
    # Each group has a feature of its own, which alone tells its label: seen in training it would be solved at once.
    groups = [at // 4 for at in range(80)]
    targets = ["ab"[group % 2] for group in groups]
    own = csr_matrix(np.eye(20, dtype=np.float32)[groups])
    _, held = linear.fit(own, targets, groups)
    assert held is not None
    assert (
        np.mean([held.labels[at] == want for at, want in zip(held.probabilities.argmax(axis=1), targets, strict=True)])
        <= 0.6
    )


def test_one_label_cannot_be_learnt() -> None:
    with pytest.raises(ValueError, match="two labels"):
        linear.fit(csr_matrix(np.eye(2, dtype=np.float32)), ["a", "a"], [0, 1])


def test_the_gate_refuses_no_more_than_its_share() -> None:
    random = np.random.RandomState(1)
    top = random.uniform(0.3, 1, 1000)
    held = HeldOut(("in", "out_of_scope"), np.stack([top, 1 - top], axis=1).astype(np.float32))
    targets = ["in" if random.uniform() < sure else "out_of_scope" for sure in top]
    found = gate.calibrate(held, targets, "out_of_scope", 0.05, 0.8)
    within = [max(sure, 1 - sure) for sure, target in zip(top, targets, strict=True) if target == "in"]
    assert np.mean([sure < found.refuse for sure in within]) <= 0.06
    assert found.refuse <= found.act < 1


def judged(ranking: list[tuple[str, float]], **config: float) -> Message:
    message = Message({"text": "x"})
    listed = [{"name": name, "confidence": sure} for name, sure in ranking]
    message.set("intent", listed[0])
    message.set("intent_ranking", listed)
    gate.Gate(config, None, None).process([message])  # type: ignore[arg-type]
    return message


def test_the_gate_acts_offers_or_refuses() -> None:
    limits = {"refuse": 0.3, "act": 0.6}
    assert judged([("a", 0.9), ("b", 0.1)], **limits).get("gate")["decision"] == "act"
    between = judged([("a", 0.5), ("b", 0.4)], **limits)
    assert between.get("gate")["candidates"] == ["a", "b"] and between.get("intent")["name"] == "a"
    assert judged([("a", 0.2), ("b", 0.1)], **limits).get("intent")["name"] == "nlu_fallback"
    assert judged([("a", 0.5), ("out_of_scope", 0.4)], **limits).get("gate")["decision"] == "refuse"


def test_spellings_of_two_meanings_say_nothing() -> None:
    def example(value: str) -> Message:
        return Message.build("the paper", "a", [{"entity": "s", "value": value, "start": 4, "end": 9}])

    data = TrainingData([example("x"), example("y")], lookup_tables=[{"name": "s:z", "elements": ["sheet"]}])
    assert lexicon.spellings(data, "s") == {"z": ["sheet"]}
    assert lexicon.spellings(TrainingData([example("x")]), "s") == {"x": ["paper"]}


def test_earlier_extractors_keep_their_stretch() -> None:
    first = entities.merged(None, [Entity("date", "2024-01-01", 0, 10, 1.0)], "A")
    both = entities.merged(first, [Entity("phone", "9", 5, 12, 1.0), Entity("place", "p", 12, 14, 0.9)], "B")
    assert [(one["entity"], one["extractor"]) for one in both] == [("date", "A"), ("place", "B")]


def test_labels_and_stretches_are_each_others_inverse() -> None:
    words = [Word(text, text, text, start, start + 1) for text, start in (("a", 0), ("b", 2), ("c", 4))]
    marked = tagging.labels(words, [("n", 2, 5)])
    assert marked == ["O", "B-n", "I-n"]
    assert tagging.stretches(marked) == [tagging.Stretch("n", 1, 2)]


def test_the_fingerprint_covers_the_helpers() -> None:
    found = {path.relative_to(sources.NLU).as_posix() for path in sources.files()}
    assert {"text/pivot.py", "components/linear.py"} <= found
    assert tokenizer.PivotTokenizer.fingerprint_addon({}) == sources.fingerprint()


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("check my paper REVC-2026-482159374", "certificate_number", "REVC-2026-482159374"),
        ("mera number revc 2026 482159374 hai", "certificate_number", "REVC-2026-482159374"),
        ("REV-2026-482159379 ka kya hua", "application_number", "REV-2026-482159379"),
        ("verify dl/inc/2026/004512 please", "certificate_number", "DL/INC/2026/004512"),
        ("my number is 90500000123456", "application_number", "90500000123456"),
    ],
)
def test_numbers_of_applications_and_certificates(text: str, kind: str, value: str) -> None:
    (found,) = patterns.find(text, date(2026, 11, 22), list(patterns.FINDERS))
    assert (found.kind, found.value) == (kind, value)
    assert text[found.start : found.end].replace(" ", "-").upper() == value, "the span is the number's alone"
