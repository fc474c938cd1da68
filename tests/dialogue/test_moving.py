"""One-time codes as people type them, and the words with which they ask to go on elsewhere."""

from __future__ import annotations

import pytest

from dialogue.moving import DIGITS, ENTER, MOVE, grouped, make, partition_of, typed, wanted
from runtime.keys import PARTITIONS


@pytest.mark.parametrize("random", [0, 1, 31, 10**9, 2**122 - 1, 987654321987654321])
@pytest.mark.parametrize("partition", [0, 7, PARTITIONS - 1])
def test_a_code_says_in_which_partition_it_is_kept(random: int, partition: int) -> None:
    code = make(random, partition, PARTITIONS)
    assert len(code) == DIGITS and partition_of(code, PARTITIONS) == partition
    assert typed(grouped(code)) == code


@pytest.mark.parametrize(
    "text",
    [
        "123456789",
        " 123 456 789 ",
        "123-456-789.",
        "१२३ ४५६ ७८९",
        "੧੨੩ ੪੫੬ ੭੮੯",
        "۱۲۳ ۴۵۶ ۷۸۹",
        "my code is 123 456 789",
        "मेरा कोड 123456789 है",
        "ਮੇਰਾ ਕੋਡ ੧੨੩੪੫੬੭੮੯",
        "میرا کوڈ ۱۲۳۴۵۶۷۸۹ ہے",
    ],
)
def test_a_code_is_read_in_any_script_with_gaps(text: str) -> None:
    assert typed(text) == "123456789"


@pytest.mark.parametrize(
    "text",
    ["12031985", "110032", "9876543210", "9999 4105 7058", "REV-2026-482159379", "1234 56789 rs", "", "कोड", "²3456"],
)  # fmt: skip
def test_other_numbers_are_no_codes(text: str) -> None:
    assert typed(text) is None


WISHES = [
    "I want to continue on another phone",
    "can I finish this at a kiosk?",
    "give me a code for the service centre, kiosk code",
    "मुझे इसे दूसरे फ़ोन पर जारी रखना है",
    "कियोस्क के लिए कोड दीजिए",
    "doosre phone par aage bharna hai",
    "kisi aur mobile pe jaari rakhna hai",
    "ਮੈਂ ਹੋਰ ਫ਼ੋਨ 'ਤੇ ਅੱਗੇ ਭਰਨਾ ਹੈ",
    "duje phone te agge bharna hai",
    "مجھے دوسرے فون پر آگے بھرنا ہے",
    "doosre computer par pura karna hai",
]


@pytest.mark.parametrize("text", WISHES)
def test_who_wants_to_go_on_elsewhere_gets_a_code(text: str) -> None:
    assert wanted(text, drafts=True, in_form=True) == MOVE
    assert wanted(text, drafts=False, in_form=False) in (None, ENTER), "there is nothing to go on with"


@pytest.mark.parametrize(
    "text", ["I have a code", "mere paas code hai", "मेरे पास कोड है", "ਮੇਰੇ ਕੋਲ ਕੋਡ ਹੈ", "میرے پاس کوڈ ہے"]
)
def test_who_has_a_code_is_asked_for_it_outside_the_form(text: str) -> None:
    assert wanted(text, drafts=False, in_form=False) == ENTER
    assert wanted(text, drafts=True, in_form=True) is None


@pytest.mark.parametrize(
    "text",
    [
        "my pin code is 110032",
        "मेरा पिन कोड 110032 है",
        "I have a QR code",
        "income certificate",
        "continue",
        "I changed my phone",
        "my other phone is 9876543210",
        "आगे बढ़ें",
        "where is the nearest csc?",
    ],
)
def test_other_words_are_no_wish_to_move(text: str) -> None:
    assert wanted(text, drafts=True, in_form=False) is None
