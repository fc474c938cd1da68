"""Which language to answer in: what was asked for wins, then the script of a whole sentence, then romanised words."""

from __future__ import annotations

from catalogue.model import LANGUAGES
from dialogue.understanding import Understanding
from nlu.text.language import requested

SENTENCE = 3
"""Words that make a message long enough to show its language; names and single words do not."""
CONFIDENT = 0.7
"""What romanised words must show to change the language of a conversation; the first message needs less."""
CONFIDENT_AT_FIRST = 0.45
ROMAN_TWINS = frozenset({"hi", "ur"})
"""In Roman letters everyday sentences of these are the same: who was understood in one of them stays in it."""
NATIVE = {"Deva": "hi", "Guru": "pa", "Arab": "ur"}


def language_for(message: Understanding, current: str, chosen: bool, answering: bool) -> str:
    """Language of the reply.

    `chosen`: the person picked the present one; `answering`: the message answers a question of a form, where names and
    addresses in another script say nothing about the language.
    """
    if message.kind == "choice" and message.verb() == "lang" and message.argument() in LANGUAGES:
        return message.argument()
    if message.kind != "text" and not message.language:
        # A wish that was written is a tap as well, and has a language; what was tapped has none.
        return current
    asked = requested(message.text)
    if asked in LANGUAGES:
        return str(asked)
    words = len(message.text.split())
    native = NATIVE.get(message.script)
    if not current:
        if native:
            return native
        return (
            message.language
            if message.language in LANGUAGES and message.language_confidence >= CONFIDENT_AT_FIRST
            else ""
        )
    if answering or words < SENTENCE:
        return current
    if native:
        return native
    if chosen or message.language not in LANGUAGES or message.language_confidence < CONFIDENT:
        return current
    if {current, message.language} == ROMAN_TWINS:
        return current
    return message.language
