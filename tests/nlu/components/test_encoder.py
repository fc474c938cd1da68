"""Published encoders from a folder: tiny ones with random weights, made here, go the whole way to a parse."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import yaml

from nlu.components.export import MODEL, EncoderError, export
from nlu.components.sentence_encoder import SentenceEncoder

pytestmark = [pytest.mark.rasa, pytest.mark.slow]

TEXTS = ["mera naam sunita hai", "मेरा नाम सुनीता है", "ਮੇਰਾ ਨਾਂ", "میرا نام", "x"]
SHAPE = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
NLU = """
version: "3.1"
nlu:
- intent: hello
  examples: |
    - hello there
    - good morning
    - namaste ji
- intent: order
  examples: |
    - bring me tea
    - mujhe chai do
    - one coffee please
"""


def bert(folder: Path) -> Path:
    """As MuRIL and LaBSE are published: `vocab.txt` and BERT's weights."""
    from transformers import BertConfig, BertTokenizer, TFBertModel

    folder.mkdir(parents=True)
    letters = sorted({char for text in TEXTS for char in text if not char.isspace()})
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{char}" for char in letters)]
    (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    BertTokenizer(str(folder / "vocab.txt"), do_lower_case=False, strip_accents=False).save_pretrained(folder)
    model = TFBertModel(BertConfig(vocab_size=len(words), max_position_embeddings=64, **SHAPE))
    model(model.dummy_inputs)
    model.save_pretrained(folder)
    return folder


def pytorch(folder: Path) -> Path:
    """BERT's weights under PyTorch's names in safetensors, as most folders have them today."""
    from safetensors.numpy import save_file
    from transformers import TFBertModel
    from transformers.modeling_tf_pytorch_utils import TransposeType, convert_tf_weight_name_to_pt_weight_name

    bert(folder)
    weights = {}
    for weight in TFBertModel.from_pretrained(folder).weights:
        name, turned = convert_tf_weight_name_to_pt_weight_name(
            weight.name, start_prefix_to_remove="tf_bert_model/", tf_weight_shape=weight.shape
        )
        value = weight.numpy()
        name = name.removeprefix("bert.")
        weights[name] = np.ascontiguousarray(value.T if turned is TransposeType.SIMPLE else value)
    save_file(weights, str(folder / "model.safetensors"), metadata={"format": "pt"})
    (folder / "tf_model.h5").rename(folder.parent / "reference.h5")
    return folder


def xlm_r(folder: Path) -> Path:
    """As XLM-R and IndicBERT's relatives are published: a SentencePiece model and RoBERTa's weights."""
    import sentencepiece
    from transformers import TFXLMRobertaModel, XLMRobertaConfig, XLMRobertaTokenizer

    folder.mkdir(parents=True)
    corpus = folder / "corpus.txt"
    corpus.write_text("\n".join(TEXTS * 20), encoding="utf-8")
    sentencepiece.SentencePieceTrainer.train(
        input=str(corpus), model_prefix=str(folder / "sentencepiece.bpe"), vocab_size=60, character_coverage=1.0,
        hard_vocab_limit=False, minloglevel=2,
    )  # fmt: skip
    tokenizer = XLMRobertaTokenizer(str(folder / "sentencepiece.bpe.model"))
    tokenizer.save_pretrained(folder)
    model = TFXLMRobertaModel(XLMRobertaConfig(vocab_size=len(tokenizer), max_position_embeddings=66, **SHAPE))
    model(model.dummy_inputs)
    model.save_pretrained(folder)
    return folder


def expected(folder: Path) -> np.ndarray:
    """What `transformers` itself makes of the texts: the mean over the tokens, of length 1."""
    from transformers import AutoTokenizer, TFAutoModel

    given = AutoTokenizer.from_pretrained(folder)(
        TEXTS, padding=True, truncation=True, max_length=48, return_tensors="tf"
    )
    hidden = TFAutoModel.from_pretrained(folder)(**given).last_hidden_state.numpy()
    mask = given["attention_mask"].numpy()[:, :, None]
    mean = (hidden * mask).sum(axis=1) / mask.sum(axis=1)
    return np.asarray(mean / np.linalg.norm(mean, axis=1, keepdims=True))


@pytest.mark.parametrize("make", [bert, pytorch, xlm_r])
def test_an_exported_encoder_says_what_the_published_one_says(make: Callable[[Path], Path], tmp_path: Path) -> None:
    folder = make(tmp_path / "published")
    assert len(list(folder.glob("*.h5")) + list(folder.glob("*.safetensors"))) == 1
    export(folder, tmp_path / "kept", most_tokens=48)
    encoder = SentenceEncoder(tmp_path / "kept")
    found = encoder.vectors(TEXTS)
    assert found.shape == (len(TEXTS), encoder.size) == (len(TEXTS), SHAPE["hidden_size"])
    cosines = (found * expected(folder)).sum(axis=1)
    assert cosines.min() > 0.98, f"eight bits cost too much: {cosines}"
    assert encoder.vectors([]).shape == (0, encoder.size)
    alone = np.concatenate([encoder.vectors([text]) for text in TEXTS])
    assert np.abs(alone - found).max() < 0.1, "a neighbour in the batch changes a vector"
    assert (tmp_path / "kept" / MODEL).stat().st_size < 400_000
    export(tmp_path / "kept", tmp_path / "again", most_tokens=8)
    shorter = SentenceEncoder(tmp_path / "again")
    assert np.allclose(shorter.vectors(TEXTS[-1:]), alone[-1:], atol=1e-5), "what is exported is taken as it is"
    assert not np.allclose(shorter.vectors(TEXTS[:1]), alone[:1], atol=1e-2), "and cut where it is wanted"
    assert np.isfinite(encoder.vectors(["", "अ" * 5000, "😀", "\x00"])).all()


@pytest.mark.parametrize(
    ("files", "word"),
    [({}, "config.json"), ({"config.json": "{}"}, "weights"), ({"config.json": "{}", "tf_model.h5": ""}, "loaded")],
)
def test_a_folder_that_cannot_be_used_is_told_in_a_sentence(files: dict[str, str], word: str, tmp_path: Path) -> None:
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    with pytest.raises(EncoderError, match=word) as problem:
        export(tmp_path, tmp_path / "kept")
    assert "\n" not in str(problem.value)


def test_it_is_a_component_of_any_pipeline(tmp_path: Path) -> None:
    import rasa.model_training
    from rasa.core.agent import Agent

    folder = bert(tmp_path / "published")
    (tmp_path / "nlu.yml").write_text(NLU, encoding="utf-8")
    pipeline = [
        {"name": "nlu.components.tokenizer.PivotTokenizer"},
        {"name": "nlu.components.encoder.EncoderFeaturizer", "folder": str(folder)},
        {"name": "nlu.components.classifier.CalibratedClassifier"},
    ]
    config = {"recipe": "default.v1", "assistant_id": "tiny", "language": "en", "pipeline": pipeline}
    (tmp_path / "config.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    model = rasa.model_training.train_nlu(str(tmp_path / "config.yml"), str(tmp_path / "nlu.yml"), str(tmp_path))
    folder.rename(tmp_path / "gone")
    parse = asyncio.run(Agent.load(str(model)).parse_message("hello there"))
    assert {one["name"] for one in parse["intent_ranking"]} == {"hello", "order"}
    assert parse["intent"]["confidence"] > 0
