"""Sentences by key and language; what is missing is an error."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalogue.errors import LoadError, MessageError
from catalogue.messages import load
from catalogue.model import LANGUAGES
from catalogue.sentences import placeholders, read_messages

DUE = "due:\n  en: Due on {date}.\n  hi: '{date} तक।'\n  pa: '{date} ਤੱਕ।'\n  ur: '{date} تک۔'\n"


def folder(tmp_path: Path, **files: str) -> Path:
    (tmp_path / "messages").mkdir()
    for name, text in files.items():
        (tmp_path / "messages" / f"{name}.yml").write_text(text, "utf-8")
    return tmp_path / "messages"


def test_fills_placeholders_in_the_language_asked_for(tmp_path: Path) -> None:
    messages = read_messages(folder(tmp_path, status=DUE))
    assert messages.render("due", "hi", date="5 मई", other="ignored") == "5 मई तक।"
    assert messages.has("due")
    assert not messages.has("overdue")


def test_values_are_never_read_as_placeholders(tmp_path: Path) -> None:
    messages = read_messages(folder(tmp_path, status=DUE))
    assert messages.render("due", "en", date="{date} {x}") == "Due on {date} {x}."


def test_nested_keys_are_joined(tmp_path: Path) -> None:
    nested = "status:\n" + "".join(f"  {line}\n" for line in DUE.splitlines())
    assert read_messages(folder(tmp_path, status=nested)).keys() == ("status.due",)


@pytest.mark.parametrize(
    ("key", "lang", "values", "reason"),
    [
        ("overdue", "en", {}, "there is no message 'overdue'"),
        ("due", "fr", {"date": "x"}, "does not exist in 'fr'"),
        ("due", "en", {}, r"needs a value for \{date\}"),
        ("due", "en", {"date": None}, r"needs a value for \{date\}"),
    ],
)
def test_what_is_missing_is_an_error(
    tmp_path: Path, key: str, lang: str, values: dict[str, object], reason: str
) -> None:
    with pytest.raises(MessageError, match=reason):
        read_messages(folder(tmp_path, status=DUE)).render(key, lang, **values)


def test_a_language_left_out_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match=r"messages/status\.yml: due\.ur: is missing"):
        read_messages(folder(tmp_path, status=DUE.rsplit("  ur", 1)[0]))


def test_a_key_in_two_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match=r"messages/two\.yml: due: is also in messages/one\.yml"):
        read_messages(folder(tmp_path, one=DUE, two=DUE))


def test_every_sentence_shipped_renders_in_every_language() -> None:
    messages = load()
    assert messages.keys()
    for key in messages:
        for language in LANGUAGES:
            names = placeholders(messages.text(key)[language])
            assert messages.render(key, language, **dict.fromkeys(names, "7"))
