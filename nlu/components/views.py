"""A message as lists of words, one list a view, for n-grams to be taken from.

`form`: spelling in Roman letters, whatever the script (vowels kept). `lemma`: the cross-script pivot (consonants).
`class`: lemmas in which names known from lists, people's names and numbers give way to what they are, so that what was
learnt with one service or one date serves all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.components.spotter import NAMED, Named
from nlu.components.tagging import known_names
from nlu.components.tokenizer import FORM

Views = Mapping[str, Sequence[str]]
MOST_DIGITS = 13


def views(message: Message) -> Views:
    tokens: Sequence[Token] = message.get(TOKENS_NAMES[TEXT]) or ()
    return {
        "form": [token.get(FORM) or token.text.lower() for token in tokens],
        "lemma": [token.lemma for token in tokens],
        "class": classes(tokens, message.get(NAMED) or ()),
    }


def classes(tokens: Sequence[Token], names: Sequence[Named]) -> list[str]:
    """Lemmas, but one `<kind>` for all words of a name, `<name>` for a person's, and a number's length for a number."""
    found: list[str] = []
    inside: Named | None = None
    for token in tokens:
        name = next((one for one in names if one.start <= token.start and token.end <= one.end), None)
        if name is not None:
            if name is not inside:
                found.append(f"<{name.kind}>")
        elif token.lemma[:1].isdigit():
            found.append(f"<{'0' * min(len(token.lemma), MOST_DIGITS)}>")
        else:
            found.append("<name>" if token.lemma in known_names() else token.lemma)
        inside = name
    return found
