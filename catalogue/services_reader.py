"""One service file → one `Service`, with everything it refers to looked up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from catalogue import expressions
from catalogue.errors import ExpressionError
from catalogue.model import (
    STAGES,
    CertificateType,
    Department,
    Document,
    DocumentUse,
    Fact,
    Fee,
    Field,
    FieldUse,
    Group,
    Rule,
    Service,
    TimeLimit,
)
from catalogue.reading import Section

OUTCOMES = ("certificate", "licence", "card", "sanction", "reply", "registration")
SPELLED = ("en", "hi", "hi-Latn", "pa", "pa-Latn", "ur", "ur-Latn")
UNKNOWN = "unverified"
"""What `source` says of a statement that comes from general knowledge."""

DEFAULT_ORDER = 500


@dataclass(frozen=True)
class Parts:
    """What services are put together from."""

    fields: Mapping[str, Field]
    groups: Mapping[str, Group]
    documents: Mapping[str, Document]
    departments: Mapping[str, Department]
    facts: Mapping[str, Fact]


def service(name: str, root: Section, parts: Parts) -> tuple[int, Service]:
    """The service in the file `name`.yml, and its place in lists (smaller first)."""
    if root.string("id") != name:
        raise root.error("id", f"should be {name!r}, as the file is called")
    department = root.one_of("department", tuple(parts.departments))
    fields = tuple(_field_use(section, parts) for section in root.items("fields"))
    documents = tuple(_document_use(section, parts) for section in root.items("documents"))
    asked = {use.field.id for use in fields}
    for kind, ids in (("fields", [u.field.id for u in fields]), ("documents", [u.document.id for u in documents])):
        for repeated in {i for i in ids if ids.count(i) > 1}:
            raise root.error(kind, f"{repeated} is there twice")
    rules = tuple(_rule(section) for section in root.items("rules"))
    synonyms = root.section("synonyms")
    order = root.optional_number("order")
    title = root.text4("name")
    built = Service(
        id=name,
        department=parts.departments[department],
        launch=root.boolean("launch"),
        form=root.boolean("form"),
        outcome=root.one_of("outcome", OUTCOMES),
        name=title,
        short=root.optional_text4("short") or title,
        purpose=root.text4("purpose"),
        synonyms={language: synonyms.strings(language) for language in SPELLED},
        eligibility=_facts(root, "eligibility", parts),
        process=_facts(root, "process", parts),
        fields=fields,
        documents=documents,
        rules=rules,
        fee=_fee(root.section("fee")),
        time_limit=_time_limit(root.section("time_limit")),
        office=_fact(root.section("office"), parts),
        appeal=_fact(root.section("appeal"), parts),
        certificate=_certificate(root.optional_section("certificate")),
        stages=tuple(_stage(root, stage) for stage in root.strings("stages", required=True)),
        rejection_grounds=_facts(root, "rejection_grounds", parts),
        applicant=root.optional_string("applicant") or "applicant_name",
        opening=root.optional_string("opening") or "",
        notes=_facts(root, "notes", parts),
    )
    synonyms.finish()
    root.finish()
    if built.form and built.applicant not in asked:
        raise root.error("applicant", f"{built.applicant} is not among the fields")
    if built.opening and built.opening not in asked:
        raise root.error("opening", f"{built.opening} is not among the fields")
    return int(DEFAULT_ORDER if order is None else order), built


def _facts(root: Section, key: str, parts: Parts) -> tuple[Fact, ...]:
    return tuple(_fact(section, parts) for section in root.items(key))


def _fact(section: Section, parts: Parts) -> Fact:
    """A fact written here, or `shared`: the key of one in facts.yml."""
    if section.has("shared"):
        fact = parts.facts[section.one_of("shared", tuple(parts.facts))]
    else:
        fact = section.fact()
        _check_source(section, fact)
    section.finish()
    return fact


def _check_source(section: Section, fact: Fact) -> None:
    if fact.verified and fact.source == UNKNOWN:
        raise section.error("verified", f"cannot be true while the source is {UNKNOWN}")


def _when(section: Section, key: str) -> str | None:
    expr = section.optional_string(key)
    if expr is not None:
        _check_expression(section, key, expr)
    return expr


def _check_expression(section: Section, key: str, expr: str) -> None:
    try:
        expressions.check(expr)
    except ExpressionError as error:
        raise section.error(key, str(error)) from None


def _field_use(section: Section, parts: Parts) -> FieldUse:
    name = section.string("id")
    if name not in parts.fields:
        raise section.error("id", f"there is no field {name!r} under fields/")
    group = section.optional_string("group") or ""
    if group and group not in parts.groups:
        raise section.error("group", f"there is no group {group!r} in groups.yml")
    use = FieldUse(parts.fields[name], section.boolean("required"), _when(section, "when"), group)
    section.finish()
    return use


def _document_use(section: Section, parts: Parts) -> DocumentUse:
    name = section.string("id")
    if name not in parts.documents:
        raise section.error("id", f"there is no document {name!r} in documents.yml")
    need = section.one_of("need", ("mandatory", "optional", "conditional"))
    use = DocumentUse(parts.documents[name], need, _when(section, "when"), section.optional_text4("note"))
    if need == "conditional" and use.when is None and use.note is None:
        raise section.error("need", "a conditional document needs `when` or a `note` that says when")
    section.finish()
    return use


def _rule(section: Section) -> Rule:
    expr = section.string("expr")
    _check_expression(section, "expr", expr)
    severity = section.one_of("severity", ("block", "warn", "info"))
    source, verified = section.string("source"), section.boolean("verified")
    form = section.boolean("matter_of_form", False)
    if verified and source == UNKNOWN:
        raise section.error("verified", f"cannot be true while the source is {UNKNOWN}")
    if severity == "block" and not verified and not form:
        raise section.error("severity", "what is not verified may warn but not block (unless `matter_of_form: true`)")
    rule = Rule(
        id=section.string("id"),
        expr=expr,
        severity=severity,
        message=section.text4("message"),
        source=source,
        verified=verified,
        fields=expressions.fields_of(expr),
    )
    section.finish()
    return rule


def _fee(section: Section) -> Fee:
    fee = Fee(section.nullable_integer("amount"), section.fact())
    _check_source(section, fee.detail)
    section.finish()
    return fee


def _time_limit(section: Section) -> TimeLimit:
    limit = TimeLimit(section.nullable_integer("days"), section.boolean("working", True), section.fact())
    _check_source(section, limit.detail)
    section.finish()
    return limit


def _certificate(section: Section | None) -> CertificateType | None:
    if section is None:
        return None
    certificate = CertificateType(
        kind=section.string("kind"),
        title=section.text4("title"),
        statement=section.text4("statement"),
        fields=section.strings("fields", required=True),
        validity_months=section.nullable_integer("validity_months"),
        claim=section.optional_string("claim"),
    )
    section.finish()
    return certificate


def _stage(root: Section, stage: str) -> str:
    if stage not in STAGES:
        raise root.error("stages", f"{stage!r} is not a stage; there are {', '.join(STAGES)}")
    return stage
