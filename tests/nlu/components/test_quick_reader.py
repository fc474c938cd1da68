"""The quick reader reads what Rasa's own reader reads, and leaves mistakes to Rasa's words."""

from __future__ import annotations

from pathlib import Path

import pytest

pytestmark = pytest.mark.rasa

ROOT = Path(__file__).resolve().parents[3]
FILES = [ROOT / "training_data" / name for name in ("pa/inform.yml", "en/apply_service.yml", "lexicons/languages.yml")]
ODD = """
version: "3.1"
nlu:
- intent: yes
  examples: |
    - on
    - [x]{"entity": "a", "role": "from", "value": "b"} no
    - [x]{"entity": "a", "value": "b"} yes
- synonym: b
  examples: |
    - bee
responses:
  utter_x:
  - text: hello
"""


def both(text: str):  # type: ignore[no-untyped-def]
    from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader

    from dialogue.quick_reader import QuickReader

    return QuickReader().reads(text), RasaYAMLReader().reads(text)


@pytest.mark.parametrize("text", [*(path.read_text(encoding="utf-8") for path in FILES), ODD], ids=range(4))
def test_it_reads_what_rasa_reads(text: str) -> None:
    quick, slow = both(text)
    assert [one.data for one in quick.training_examples] == [one.data for one in slow.training_examples]
    assert quick.lookup_tables == slow.lookup_tables and quick.responses == slow.responses
    assert quick.training_examples or quick.lookup_tables


@pytest.mark.parametrize(
    "text",
    [
        'version: "3.1"\nnlu:\n- intnt: greet\n  examples: |\n    - hi\n',
        'version: "3.1"\nnlu:\n- intent: greet\n  examples: [1, 2]\n',
        'version: "3.1"\nnlu: [',
    ],
)
def test_mistakes_are_told_as_rasa_tells_them(text: str) -> None:
    from rasa.shared.exceptions import YamlException

    from dialogue.quick_reader import QuickReader

    with pytest.raises(YamlException):
        QuickReader().reads(text)
