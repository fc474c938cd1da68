"""Each defect that a translator or an author can make is found and said in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalogue import messages
from catalogue.lint_texts import letters, units
from catalogue.linter import main, problems, unverified
from catalogue.loader import load
from catalogue.sentences import Messages, read_messages
from tests.catalogue.conftest import Copy

INCOME = "services/income_certificate.yml"
PERSON = "fields/person.yml"


def _problems(copy: Copy) -> list[str]:
    """What is wrong with the copy, but for what only its missing services use."""
    found = [str(problem) for problem in problems(copy.load(), messages.load())]
    return [sentence for sentence in found if "no service asks" not in sentence]


def test_the_catalogue_as_shipped_has_no_problem() -> None:
    assert [str(problem) for problem in problems(load(), messages.load())] == []


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        (PERSON, "    hi: पिता का नाम\n", "    hi: Father's name\n", "label: the Hindi is left in English"),
        (PERSON, "    pa: ਪਿਤਾ ਦਾ ਨਾਮ\n", "    pa: पिता का नाम\n", "label: the Punjabi is in the wrong script"),
        (PERSON, "    pa: ਪਿਤਾ ਦਾ ਨਾਮ\n", "    pa: ਪਿਤਾ का ਨਾਮ\n", "label: the Punjabi has letters of Hindi"),
        (PERSON, "    ur: والد کا نام\n", "    ur: والد كا نام\n", "label: the Urdu has Arabic letters"),
        (
            PERSON,
            "    en: Father's name\n",
            "    en: The full name of your father\n",
            "label: the English has 28 characters; a row of a list holds 24",
        ),
        (
            PERSON,
            "      en: Transgender\n",
            "      en: Transgender or third gender\n",
            "option transgender: the English has 27 characters; a button holds 20",
        ),
        (PERSON, "      en: Unmarried\n", "      en: Never married to this day at all\n", "a row of a list holds 24"),
        (PERSON, "      en: Female\n", "      en: Male\n", "two options are both called 'Male'"),
        (
            INCOME,
            "{father_name}), of {house_no}, {locality}, Delhi {pincode}, has",
            "{father}), of {house_no}, {locality}, Delhi {pincode}, has",
            "statement: the Hindi lacks {father}, which the English has",
        ),
        (
            INCOME,
            "(father: {father_name})",
            "(mother: {mother_name})",
            "{mother_name}, which may stay without an answer",
        ),
        (
            INCOME,
            "claim: annual_income",
            "claim: caste_name",
            "the certificate shows caste_name, which this service does not",
        ),
        (
            INCOME,
            "expr: annual_income >= 0",
            "expr: disability_percent >= 0",
            "rule income_non_negative looks at the field disability_percent, which this service does not ask",
        ),
        (
            INCOME,
            "expr: annual_income >= 0",
            'expr: has_document("puc")',
            "rule income_non_negative looks for the document puc, which this service does not ask for",
        ),
        (
            INCOME,
            "when: age(dob, today) < 18",
            "when: annual_income < 18",
            "the condition of field guardian_name looks at annual_income, which is asked only after it",
        ),
        (
            INCOME,
            "when: permanent_address != null",
            "when: bride_name != null",
            "the condition of document permanent_address_proof looks at the field bride_name",
        ),
        (INCOME, "group: household", "group: identity", "the fields of group identity do not stand together"),
        (INCOME, "withdrawn, ", "", "there is no stage withdrawn"),
        (INCOME, "withdrawn, certificate_issued", "withdrawn", "no stage certificate_issued"),
        (
            INCOME,
            "    - income proof certificate\n",
            "    - birth certificate\n",
            "the name 'birth certificate' is also a name of",
        ),
        (
            INCOME,
            "  en: Income Certificate\n",
            "  en: Certificate of Family Income\n",
            "short name: the English has 28",
        ),
        (
            "services/marriage_registration.yml",
            "appointment_booked, ",
            "",
            "appointment_slot is asked, but there is no stage",
        ),
        ("groups.yml", "    en: About you\n", "    en: About you and about all of your papers\n", "a title holds 24"),
        (
            "departments.yml",
            "    en: Social Welfare\n",
            "    en: Department of Social Welfare\n",
            "a row of a list holds 24",
        ),
        ("documents.yml", "    hi: पासपोर्ट\n", "    hi: Passport\n", "left in English"),
    ],
)
def test_finds(copy: Copy, name: str, old: str, new: str, expected: str) -> None:
    copy.edit(name, old, new)
    found = _problems(copy)
    assert any(expected in sentence for sentence in found), found
    assert len(found) <= 8


def test_finds_too_much_in_one_message(copy: Copy) -> None:
    text = (copy.folder / INCOME).read_text("utf-8")
    copy.write(INCOME, text.replace("group: household", "group: income").replace("group: details", "group: address"))
    found = _problems(copy)
    assert f"{INCOME}: group address asks for 9 things in one message; 5 are the most" in found


def test_finds_help_that_only_repeats_the_question(copy: Copy) -> None:
    copy.edit(
        PERSON,
        "en: 'Write it as on your papers, for example: Kamla Devi.'",
        "en: What is your mother's full name?",
    )
    found = _problems(copy)
    assert found == ["fields: mother_name: the help only repeats the question (en)"]


def test_finds_what_nothing_uses(copy: Copy) -> None:
    found = [str(problem) for problem in problems(copy.load(), messages.load())]
    assert "fields: dl_no: no service asks this field" in found
    assert "documents.yml: puc: no service asks for this document" in found


@pytest.fixture
def sentences(tmp_path: Path) -> Path:
    folder = tmp_path / "messages"
    folder.mkdir()
    return folder


def _sentence(en: str, hi: str, pa: str = "ਠੀਕ ਹੈ", ur: str = "ٹھیک ہے") -> str:
    return f"  en: {en!r}\n  hi: {hi!r}\n  pa: {pa!r}\n  ur: {ur!r}\n"


def _found(folder: Path) -> list[str]:
    here: Messages = read_messages(folder)
    return [str(problem) for problem in problems(load(), here)]


def test_finds_unequal_placeholders_in_messages(sentences: Path) -> None:
    (sentences / "talk.yml").write_text(
        "due_on:\n" + _sentence("Due on {date}", "तारीख {day} तक", "{date} ਤੱਕ", "{date} تک")
    )
    assert _found(sentences) == [
        "messages/talk.yml: due_on: the Hindi lacks {date}, which the English has",
        "messages/talk.yml: due_on: the Hindi has {day}, which the English lacks",
    ]


def test_finds_a_button_that_is_too_long(sentences: Path) -> None:
    (sentences / "talk.yml").write_text("button_go:\n" + _sentence("Go on with this now, please", "आगे"))
    assert _found(sentences) == [
        "messages/talk.yml: button_go: the English has 27 characters; a button holds 20: 'Go on with this now, please'"
    ]


def test_finds_a_message_beyond_the_body_of_an_interactive_one(sentences: Path) -> None:
    (sentences / "talk.yml").write_text("long:\n" + _sentence("Go on", "आगे " * 300))
    assert any("a message with buttons holds 1024" in sentence for sentence in _found(sentences))


def test_finds_an_untranslated_message(sentences: Path) -> None:
    (sentences / "talk.yml").write_text("go:\n" + _sentence("Please wait", "Please wait"))
    assert _found(sentences) == ["messages/talk.yml: go: the Hindi is left in English: 'Please wait'"]


def test_counts_as_whatsapp_does() -> None:
    assert units("हाँ") == 3
    assert units("👍") == 2


def test_codes_and_addresses_need_no_translation() -> None:
    assert letters("Rs 100, DL-01, {field}, sunita@example.com") == 0
    assert letters("नाम") == 2


def test_counts_what_nobody_has_checked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    summary = capsys.readouterr().out
    assert f"{len(unverified(load()))} of " in summary
    assert main(["--facts"]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert sum(line.startswith("to be confirmed: ") for line in listed) == len(unverified(load()))
