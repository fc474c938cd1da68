"""The small encoder that lies in the repository: what it is, and that using it needs the repository alone."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest
import sentencepiece
import yaml

from nlu.components.export import FACTS, MODEL, TOKENIZER
from nlu.components.sentence_encoder import SentenceEncoder

pytestmark = pytest.mark.rasa

FOLDER = Path(__file__).resolve().parents[3] / "models" / "encoder"
PIECES = "sentencepiece.bpe.model"
SAME = (
    (
        "मुझे जाति प्रमाण पत्र चाहिए",
        "mujhe jaati praman patra chahiye",
        "ਮੈਨੂੰ ਜਾਤੀ ਸਰਟੀਫਿਕੇਟ ਚਾਹੀਦਾ ਹੈ",
        "مجھے ذات کا سرٹیفکیٹ چاہیے",
    ),
    ("मेरी शादी का पंजीकरण", "meri shaadi ka panjikaran", "ਮੇਰੇ ਵਿਆਹ ਦੀ ਰਜਿਸਟ੍ਰੇਸ਼ਨ", "میری شادی کا اندراج"),
    (
        "राशन कार्ड में नाम जोड़ना है",
        "ration card mein naam jodna hai",
        "ਰਾਸ਼ਨ ਕਾਰਡ ਵਿੱਚ ਨਾਂ ਜੋੜਨਾ ਹੈ",
        "راشن کارڈ میں نام شامل کرنا ہے",
    ),
    ("ड्राइविंग लाइसेंस का टेस्ट", "driving licence ka test", "ਡਰਾਈਵਿੰਗ ਲਾਇਸੈਂਸ ਦਾ ਟੈਸਟ", "ڈرائیونگ لائسنس کا ٹیسٹ"),
)


def test_it_is_small_and_whole() -> None:
    assert {MODEL, TOKENIZER, FACTS, PIECES} <= {path.name for path in FOLDER.iterdir()}
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) <= 10_000_000


def test_the_same_in_another_script_is_what_lies_nearest() -> None:
    encoder = SentenceEncoder(FOLDER)
    texts = [text for group in SAME for text in group]
    vectors = encoder.vectors(texts)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-3)
    near = vectors @ vectors.T
    np.fill_diagonal(near, -1.0)
    right = [int(best) // 4 == at // 4 for at, best in enumerate(near.argmax(axis=1))]
    assert sum(right) >= 14, [text for text, fits in zip(texts, right, strict=True) if not fits]


def test_its_tokenizer_cuts_as_its_sentencepiece_model_does() -> None:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(FOLDER / TOKENIZER))
    cutter = sentencepiece.SentencePieceProcessor(model_file=str(FOLDER / PIECES))
    for text in (text for group in SAME for text in group):
        assert tokenizer.encode(text, add_special_tokens=False).tokens == cutter.encode(text, out_type=str)


def test_a_pipeline_with_it_learns_from_the_repository_alone(tmp_path: Path) -> None:
    import rasa.model_training
    from rasa.core.agent import Agent

    sentences = "\n".join(
        f"- intent: about_{number}\n  examples: |\n" + "\n".join(f"    - {text}" for text in group[:3])
        for number, group in enumerate(SAME)
    )
    (tmp_path / "nlu.yml").write_text(f'version: "3.1"\nnlu:\n{sentences}\n', encoding="utf-8")
    pipeline = [
        {"name": "nlu.components.tokenizer.PivotTokenizer"},
        {"name": "nlu.components.encoder.EncoderFeaturizer", "folder": str(FOLDER)},
        {"name": "nlu.components.classifier.CalibratedClassifier"},
    ]
    config = {"recipe": "default.v1", "assistant_id": "tiny", "language": "hi", "pipeline": pipeline}
    (tmp_path / "config.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    model = rasa.model_training.train_nlu(str(tmp_path / "config.yml"), str(tmp_path / "nlu.yml"), str(tmp_path))
    agent = Agent.load(str(model))
    said = [asyncio.run(agent.parse_message(group[3]))["intent"]["name"] for group in SAME]
    right = sum(name == f"about_{number}" for number, name in enumerate(said))
    assert right >= 3, f"Urdu is not understood from the others: {said}"
