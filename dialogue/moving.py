"""A draft that goes on in another conversation: the one-time code, how it is read when typed, and the words for it.

A code has nine digits. Dates have eight, PIN codes six, mobile numbers ten, Aadhaar twelve, and numbers of applications
bear letters, so that nine digits that answer no question are nothing else that people write here. The remainder by the
number of partitions is the partition of the conversation that gave it: a code says by itself where it is kept, and
everything about it stands in one place.
Pure; keeps nothing.
"""

from __future__ import annotations

import re
import unicodedata

DIGITS = 9
LIFE_S = 15 * 60
"""How long a code is good, and a yes to what was found by it."""
MOVE = "more:move"
"""Tap that asks for a code; `more:move:<draft>` for that draft."""
ENTER = f"{MOVE}:enter"
"""Tap of who has got a code."""
FOUND = f"{MOVE}:found"
"""What a typed code stands for; what was found by it travels in the message's `event["code"]`."""

LONGEST = 300
"""Letters of a message in which the wish is looked for; what is longer tells something else."""

_GAPS = re.compile(r"[\s\u00a0.,\-–—]+")
_CODE_WORDS = frozenset(
    ["code", "my", "the", "is", "mera", "yeh", "ye", "hai"]
    + ["कोड", "मेरा", "यह", "है", "ਕੋਡ", "ਮੇਰਾ", "ਇਹ", "ਹੈ", "کوڈ", "میرا", "یہ", "ہے"]
)

_ELSEWHERE = re.compile(
    r"\b(?:an?other|different|new|second)\s+(?:phone|mobile|device|computer|laptop|number|place)\b"
    r"|\b(?:at|in|on|from)\s+(?:an?\s+|the\s+|my\s+)?(?:kiosk|csc|service cent(?:re|er)|cyber ?cafe|computer|laptop)\b"
    r"|\b(?:d[ou]+sr[ei]|kisi aur|d[ou]+je|hor)\s+(?:phone|fone|mobile|device|computer|jagah|number)\b"
    r"|\b(?:kiosk|csc|jan sev[ao] kendra?)\b"
    r"|(?:दूसरे|दूसरी|किसी और)\s+(?:फ़ोन|फोन|मोबाइल|डिवाइस|कंप्यूटर|जगह|नंबर)|कियोस्क|सीएससी|जन सेवा केंद्र"
    r"|(?:ਦੂਜੇ|ਕਿਸੇ ਹੋਰ|ਹੋਰ)\s+(?:ਫ਼ੋਨ|ਫੋਨ|ਮੋਬਾਈਲ|ਡਿਵਾਈਸ|ਕੰਪਿਊਟਰ|ਥਾਂ|ਨੰਬਰ)|ਕਿਓਸਕ|ਸੇਵਾ ਕੇਂਦਰ"
    r"|(?:دوسرے|دوسری|کسی اور)\s+(?:فون|موبائل|آلے|کمپیوٹر|جگہ|نمبر)|کیوسک|سروس سینٹر",
    re.IGNORECASE,
)
_GO_ON = re.compile(
    r"\b(?:continue|carry on|go on|finish|complete|resume|move|transfer|take (?:it|this)|code)\b"
    r"|\b(?:jaari|jari|aage|bhar\w*|p[ou]+ra|le ja\w*|agge)\b"
    r"|जारी|आगे|भर|पूरा|ले जा|कोड|ਜਾਰੀ|ਅੱਗੇ|ਭਰ|ਪੂਰ|ਲੈ ਜਾ|ਕੋਡ|جاری|آگے|بھر|مکمل|لے جا|کوڈ",
    re.IGNORECASE,
)
_HAVE = re.compile(
    r"\b(?:i (?:have|got|was given)|enter|type|use)\b.{0,20}\bcode\b"
    r"|\b(?:mere paas|mere kol|mujhe)\b.{0,20}\bcode\b|\bcode (?:daal|dal|likh|pa)\w*"
    r"|(?:मेरे पास|मुझे).{0,20}कोड|कोड (?:डाल|लिख|है)|(?:ਮੇਰੇ ਕੋਲ|ਮੈਨੂੰ).{0,20}ਕੋਡ|ਕੋਡ (?:ਪਾ|ਲਿਖ|ਹੈ)"
    r"|(?:میرے پاس|مجھے).{0,20}کوڈ|کوڈ (?:ڈال|لکھ|ہے)",
    re.IGNORECASE,
)
_OTHER_CODE = re.compile(r"\b(?:pin|qr|ifsc|zip)\b|पिन|क्यूआर|ਪਿੰਨ|ਪਿਨ|پن|کیو آر", re.IGNORECASE)


def make(random: int, partition: int, partitions: int) -> str:
    """The code that a large random number gives for a conversation of this partition."""
    most = 10**DIGITS // partitions
    return f"{random % most * partitions + partition:0{DIGITS}d}"


def partition_of(code: str, partitions: int) -> int:
    return int(code) % partitions


def grouped(code: str) -> str:
    """ "123 456 789": as it is read out and copied."""
    return " ".join(code[start : start + 3] for start in range(0, DIGITS, 3))


def typed(text: str) -> str | None:
    """The code that a message consists of: digits of any script, gaps between them, at most "my code is" around."""
    words = [word for word in _GAPS.split(text.casefold().strip(" \t\r\n:।۔!")) if word]
    words = [word.strip(":") for word in words if word.strip(":") not in _CODE_WORDS]
    found = "".join(
        str(unicodedata.decimal(char)) if unicodedata.decimal(char, None) is not None else char
        for char in "".join(words)
    )
    return found if len(found) == DIGITS and found.isascii() and found.isdecimal() else None


def wanted(text: str, drafts: bool, in_form: bool) -> str | None:
    """The tap of who wants to go on elsewhere, or has got a code; None for other words.

    `drafts`: whether there is one to go on with. In the form an answer may speak of a code: there nobody types one in.
    """
    if len(text) > LONGEST or _OTHER_CODE.search(text):
        return None
    if not in_form and _HAVE.search(text):
        return ENTER
    return MOVE if drafts and _ELSEWHERE.search(text) and _GO_ON.search(text) else None
