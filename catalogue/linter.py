"""Judges the catalogue and says what is wrong in sentences that whoever wrote it can act on.

    python -m catalogue.linter [--facts]

Exits with 1 if there is anything to put right. Facts that nobody checked are no error; they are counted, and `--facts`
lists them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from catalogue import lint_services, messages
from catalogue.errors import CatalogueError
from catalogue.lint_texts import BODY, BUTTON, ROW, fits, same_placeholders, translated
from catalogue.loader import load
from catalogue.model import Catalogue, Field, Option, Service, Text4
from catalogue.sentences import Messages

BUTTONS = 3
"""Choices that WhatsApp can show as buttons; more become a list."""


@dataclass(frozen=True)
class Problem:
    """`where` is a file and what in it; `what` a sentence."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


def problems(catalogue: Catalogue, sentences: Messages) -> list[Problem]:
    """Everything wrong, in the order of the files."""
    found: list[Problem] = []
    for field in catalogue.fields.values():
        found += _at(f"fields: {field.id}", _field(field))
    for document in catalogue.documents.values():
        found += _at(f"documents.yml: {document.id}", _document_texts(document.label, document.help))
        found += _at(f"documents.yml: {document.id}", _options(document.alternatives, ROW, "a row of a list"))
    for group in catalogue.groups.values():
        found += _at(f"groups.yml: {group.id}", [*translated(group.title), *translated(group.ask)])
        found += _at(f"groups.yml: {group.id}", fits(group.title, ROW, "a title"))
    for department in catalogue.departments.values():
        found += _at(f"departments.yml: {department.id}", translated(department.name))
        found += _at(f"departments.yml: {department.id} short", fits(department.short, ROW, "a row of a list"))
    for place in (
        *catalogue.districts.values(),
        *catalogue.sub_divisions.values(),
        *catalogue.localities.values(),
    ):
        found += _at(f"places.yml: {place.id}", [*translated(place.name), *fits(place.name, ROW, "a row of a list")])
    for name, options in catalogue.castes.items():
        for option in options:
            found += _at(f"castes.yml: {name} {option.value}", translated(option.title))
    for service in catalogue.services.values():
        found += _at(f"services/{service.id}.yml", _service(service))
    for name, what in lint_services.synonyms(catalogue):
        found.append(Problem(f"services/{name}.yml", what))
    found += _unused(catalogue)
    for key in sentences:
        found += _at(f"{sentences.file_of(key)}: {key}", _message(key, sentences.text(key)))
    return found


def unverified(catalogue: Catalogue) -> list[Problem]:
    """Facts that nobody has checked, as (service: what)."""
    found = []
    for service in catalogue.services.values():
        for name, fact in lint_services.facts(service).items():
            if not fact.verified:
                found.append(Problem(f"services/{service.id}.yml: {name}", fact.text["en"]))
    return found


def _at(where: str, sentences: Iterable[str]) -> list[Problem]:
    return [Problem(where, what) for what in sentences]


def _options(options: Sequence[Option], limit: int, what: str) -> Iterator[str]:
    for option in options:
        for sentence in (*translated(option.title), *fits(option.title, limit, what)):
            yield f"option {option.value}: {sentence}"
    for language in ("en", "hi", "pa", "ur"):
        titles = [option.title[language] for option in options]
        for title in sorted({title for title in titles if titles.count(title) > 1}):
            yield f"two options are both called {title!r}"


def _field(field: Field) -> Iterator[str]:
    for name, text in (("label", field.label), ("question", field.ask), ("help", field.help)):
        for sentence in (*translated(text), *same_placeholders(text), *fits(text, BODY, "a message")):
            yield f"{name}: {sentence}"
    for language, help_text in field.help.items():
        if help_text.strip() == field.ask[language].strip():
            yield f"the help only repeats the question ({language})"
    yield from (f"label: {sentence}" for sentence in fits(field.label, ROW, "a row of a list"))
    small = len(field.options) <= BUTTONS
    yield from _options(field.options, BUTTON if small else ROW, "a button" if small else "a row of a list")
    if field.past and field.future:
        yield "a date cannot have to be both past and future"
    if field.minimum is not None and field.maximum is not None and field.minimum > field.maximum:
        yield f"the minimum {field.minimum} is above the maximum {field.maximum}"


def _document_texts(label: Text4, help_: Text4) -> Iterator[str]:
    yield from (f"label: {sentence}" for sentence in translated(label))
    yield from (f"help: {sentence}" for sentence in translated(help_))


def _service(service: Service) -> Iterator[str]:
    texts: list[tuple[str, Text4]] = [("name", service.name), ("purpose", service.purpose)]
    texts += [(name, fact.text) for name, fact in lint_services.facts(service).items()]
    texts += [(f"note of {use.document.id}", use.note) for use in service.documents if use.note]
    if service.certificate:
        texts += [("certificate", service.certificate.title), ("statement", service.certificate.statement)]
    for name, text in texts:
        for sentence in (*translated(text), *same_placeholders(text), *fits(text, BODY, "a message")):
            yield f"{name}: {sentence}"
    yield from (f"short name: {sentence}" for sentence in fits(service.short, ROW, "a row of a list"))
    for language, names in service.synonyms.items():
        if not names:
            yield f"there is no name in {language} that people use"
    yield from lint_services.expressions(service)
    yield from lint_services.groups(service)
    yield from lint_services.certificate(service)
    yield from lint_services.stages(service)


def _unused(catalogue: Catalogue) -> Iterator[Problem]:
    fields = {use.field.id for service in catalogue.services.values() for use in service.fields}
    papers = {use.document.id for service in catalogue.services.values() for use in service.documents}
    for name in catalogue.fields:
        if name not in fields:
            yield Problem(f"fields: {name}", "no service asks this field")
    for name in catalogue.documents:
        if name not in papers:
            yield Problem(f"documents.yml: {name}", "no service asks for this document")


def _message(key: str, text: Text4) -> Iterator[str]:
    yield from translated(text, strict=False)
    yield from same_placeholders(text)
    if key.startswith("button_"):
        yield from fits(text, BUTTON, "a button")
    else:
        yield from fits(text, BODY, "a message with buttons")


def main(arguments: Sequence[str]) -> int:
    folder = Path(__file__).parent
    try:
        catalogue, sentences = load(), messages.load()
    except CatalogueError as error:
        print(f"{folder.name}/{error}")
        return 1
    wrong = problems(catalogue, sentences)
    for problem in wrong:
        print(f"{folder.name}/{problem}")
    open_facts = unverified(catalogue)
    if "--facts" in arguments:
        for problem in open_facts:
            print(f"to be confirmed: {problem}")
    launched = sum(1 for service in catalogue.services.values() if service.launch)
    total = sum(len(lint_services.facts(service)) for service in catalogue.services.values())
    print(
        f"{len(catalogue.services)} services ({launched} launched), {len(catalogue.fields)} fields,"
        f" {len(catalogue.documents)} documents, {len(sentences.keys())} sentences;"
        f" {len(open_facts)} of {total} facts to be confirmed by a department (--facts lists them)."
    )
    if wrong:
        print(f"{len(wrong)} to put right.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
