"""What can be wrong with a service beyond its words: fields that are not asked, papers that are not there, order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from catalogue.expressions import documents_of, fields_of
from catalogue.model import Catalogue, Fact, Service
from catalogue.sentences import placeholders

MOST_IN_A_GROUP = 5
"""Required facts that people can answer in one message (a place's district follows from its sub-division)."""


def _unread(service: Service, what: str, expr: str) -> Iterator[str]:
    asked = {use.field.id for use in service.fields}
    wanted = {use.document.id for use in service.documents}
    for name in fields_of(expr):
        if name not in asked:
            yield f"{what} looks at the field {name}, which this service does not ask"
    for name in documents_of(expr):
        if name not in wanted:
            yield f"{what} looks for the document {name}, which this service does not ask for"


def expressions(service: Service) -> Iterator[str]:
    """Rules and conditions that can never be decided."""
    position = {use.field.id: number for number, use in enumerate(service.fields)}
    if service.form:
        for rule in service.rules:
            yield from _unread(service, f"rule {rule.id}", rule.expr)
    for document in service.documents:
        if document.when and service.form:
            yield from _unread(service, f"the condition of document {document.document.id}", document.when)
    for number, use in enumerate(service.fields):
        if use.when is None:
            continue
        what = f"the condition of field {use.field.id}"
        yield from _unread(service, what, use.when)
        for name in fields_of(use.when):
            if position.get(name, -1) >= number:
                yield f"{what} looks at {name}, which is asked only after it"
        for name in documents_of(use.when):
            yield f"{what} looks at document {name}; papers are asked for after all fields"


def groups(service: Service) -> Iterator[str]:
    """Groups torn apart, and groups that ask too much at once."""
    seen: list[str] = []
    for use in service.fields:
        if not use.group:
            yield f"field {use.field.id} is in no group"
        elif use.group in seen and seen[-1] != use.group:
            yield f"the fields of group {use.group} do not stand together"
        seen.append(use.group)
    for group in dict.fromkeys(seen):
        size = sum(1 for use in service.fields if use.group == group and use.required)
        if size > MOST_IN_A_GROUP:
            yield f"group {group} asks for {size} things in one message; {MOST_IN_A_GROUP} are the most"


def certificate(service: Service) -> Iterator[str]:
    """A statement that could come out with a hole in it."""
    paper = service.certificate
    if paper is None or not service.form:
        return
    uses = {use.field.id: use for use in service.fields}
    for name in (*paper.fields, *([paper.claim] if paper.claim else [])):
        if name not in uses:
            yield f"the certificate shows {name}, which this service does not ask"
    for name in sorted(placeholders(paper.statement["en"])):
        if name not in uses:
            yield f"the certificate's sentence uses {{{name}}}, which this service does not ask"
        elif not uses[name].required or uses[name].when:
            yield f"the certificate's sentence uses {{{name}}}, which may stay without an answer"


def stages(service: Service) -> Iterator[str]:
    for stage in ("submitted", "withdrawn") if service.form else ():
        if stage not in service.stages:
            yield f"there is no stage {stage}"
    if service.certificate and service.form and "certificate_issued" not in service.stages:
        yield "there is a certificate, but no stage certificate_issued"
    for kind, stage in (("appointment_slot", "appointment_booked"), ("test_slot", "test_scheduled")):
        if any(use.field.id == kind for use in service.fields) and stage not in service.stages:
            yield f"{kind} is asked, but there is no stage {stage}"


def synonyms(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """(service id, sentence) for every name that two services share."""
    owners: dict[str, str] = {}
    for service in catalogue.services.values():
        own = {" ".join(name.casefold().split()) for names in service.synonyms.values() for name in names}
        for name in sorted(own | {text.casefold() for text in service.name.values()}):
            if owners.setdefault(name, service.id) != service.id:
                yield service.id, f"the name {name!r} is also a name of {owners[name]}"
        for language, names in service.synonyms.items():
            if len(set(names)) < len(names):
                yield service.id, f"a name in {language} is there twice"


def facts(service: Service) -> Mapping[str, Fact]:
    """Every statement of a service about the world, by where it stands."""
    found = {
        "fee": service.fee.detail,
        "time limit": service.time_limit.detail,
        "office": service.office,
        "appeal": service.appeal,
    }
    lists = {
        "eligibility": service.eligibility,
        "process": service.process,
        "rejection ground": service.rejection_grounds,
        "note": service.notes,
    }
    for name, several in lists.items():
        found |= {f"{name} {number}": fact for number, fact in enumerate(several, 1)}
    found |= {f"rule {rule.id}": Fact(rule.message, rule.source, rule.verified) for rule in service.rules}
    return found
