"""A certificate from another number: the taps of its steps, and which words are an answer to one.

The steps are taps `more:claim[:<number>[:<born>[:<name>[:<secret>]]]]`; what the person writes when asked becomes the
last part. Words that cannot be the answer are left to the model, which ends the claim. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from nlu.text.yesno import yes_no

CLAIM = "more:claim"
NAME = 2
"""Parts known when the name is asked for; number and date of birth come before it, the secret after."""
PARTS = 4
MOST_WORDS = 8

_CHANGED = re.compile(
    r"\b(?:new|changed?|another|other|different|lost|old)\b.{0,20}\b(?:number|phone|mobile|sim)\b"
    r"|\b(?:number|phone|mobile|sim)\b.{0,20}\b(?:changed|lost|new|badal\w*|naya|nava|kho\w*|gum)\b"
    r"|\b(?:naya|nava|nya|doosr[ae]|dusr[ae]|puran[ae])\b.{0,10}\b(?:number|phone|mobile|sim)\b"
    r"|(?:नंबर|नम्बर|फ़ोन|फोन|मोबाइल|सिम).{0,15}(?:बदल|नया|खो|गुम)|(?:नया|नए|दूसरे|पुराना)\s+(?:नंबर|नम्बर|फ़ोन|फोन|मोबाइल)"
    r"|(?:ਨੰਬਰ|ਫ਼ੋਨ|ਫੋਨ|ਮੋਬਾਈਲ|ਸਿਮ).{0,15}(?:ਬਦਲ|ਨਵਾਂ|ਗੁਆਚ|ਗੁੰਮ)|(?:ਨਵਾਂ|ਨਵੇਂ|ਪੁਰਾਣਾ)\s+(?:ਨੰਬਰ|ਫ਼ੋਨ|ਫੋਨ|ਮੋਬਾਈਲ)"
    r"|(?:نمبر|فون|موبائل|سم).{0,15}(?:بدل|نیا|کھو|گم)|(?:نیا|نئے|دوسرے|پرانا)\s+(?:نمبر|فون|موبائل)",
    re.IGNORECASE,
)
_PAPER = re.compile(
    r"\b(?:certificates?|application|licen[cs]e|praman|parman|sarti\w*|arz[ie]|aavedan|avedan|darkhwast)\b"
    r"|प्रमाण|सर्टिफिकेट|आवेदन|लाइसेंस|ਸਰਟੀਫਿਕੇਟ|ਸਰਟੀਫ਼ਿਕੇਟ|ਪ੍ਰਮਾਣ|ਅਰਜ਼ੀ|ਲਾਇਸੈਂਸ|سرٹیفکیٹ|سرٹیفیکیٹ|درخواست|لائسنس",
    re.IGNORECASE,
)


def parts(choice: str) -> list[str]:
    """What is known so far, in the order of the steps."""
    return choice.removeprefix(CLAIM).split(":")[1:]


def wanted(text: str) -> str | None:
    """The tap of who has another number and wants what was filed from the old one."""
    return CLAIM if len(text) <= 300 and _CHANGED.search(text) and _PAPER.search(text) else None


def completed(text: str, pending: str, offered: Sequence[Sequence[str]]) -> str | None:
    """The next tap, when the text can be what was asked for: a name has no digit, everything else has some."""
    said = " ".join(text.replace(":", " ").split())
    words = said.split()
    if not any(choice_id == CLAIM for choice_id, _ in offered) or (len(words) == 1 and yes_no(said) is not None):
        return None
    named = len(parts(pending)) == NAME
    digits = any(char.isdecimal() for char in said)
    if not said or digits == named or len(words) > MOST_WORDS or said.endswith(("?", "؟")):
        return None
    return f"{pending}:{said}"
