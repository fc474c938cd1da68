"""What holds for every service: a form that can be finished, in few messages, and facts that name their source."""

from __future__ import annotations

from datetime import date

import pytest

from catalogue.expressions import evaluate
from catalogue.loader import load
from catalogue.model import LANGUAGES, Service
from catalogue.services_reader import SPELLED

FORMS = [service for service in load().services.values() if service.form]
TODAY = date(2026, 11, 22)
MOST_MESSAGES = {"income_certificate": 14, "caste_sc_st": 15, "marriage_registration": 24}
"""From "Hi" to a number, first time: Hi, the service, consent, a message a group, a paper a message, submitting."""


def named(service: Service) -> str:
    return service.id


@pytest.mark.parametrize("service", FORMS, ids=named)
def test_conditions_are_decided_by_what_was_asked_before(service: Service) -> None:
    """Whatever is answered, no required field stays for ever in doubt."""
    for pick in (0, -1):
        values: dict[str, object] = {}
        for use in service.fields:
            asked = use.when is None or evaluate(use.when, values, TODAY)
            assert asked is not None or not use.required, f"{use.field.id}: {use.when}"
            if use.required and asked:
                values[use.field.id] = _answer(use.field.type, [o.value for o in use.field.options], pick)


def _answer(kind: str, options: list[str], pick: int) -> object:
    if kind == "choice":
        return options[pick]
    if kind == "choices":
        return [options[pick]]
    if kind == "boolean":
        return pick == 0
    if kind == "date":
        return "1990-08-15" if pick == 0 else "2012-08-15"
    return 50 if kind in ("integer", "decimal", "money") else "text"


@pytest.mark.parametrize("service", FORMS, ids=named)
def test_first_applications_take_few_messages(service: Service) -> None:
    groups = {use.group for use in service.fields if use.required and use.when is None}
    papers = [use for use in service.documents if use.need == "mandatory"]
    messages = 3 + len(groups) + len(papers) + 1
    assert messages <= MOST_MESSAGES.get(service.id, 24)


@pytest.mark.parametrize("service", FORMS, ids=named)
def test_what_may_be_left_out_is_offered_last(service: Service) -> None:
    groups = [use.group for use in service.fields]
    if "more" in groups:
        assert set(groups[groups.index("more") :]) == {"more"}
        assert not any(use.required for use in service.fields if use.group == "more")


@pytest.mark.parametrize("service", load().services.values(), ids=named)
def test_facts_say_where_they_come_from(service: Service) -> None:
    for fact in (*service.eligibility, *service.process, service.office, service.appeal, service.fee.detail):
        assert fact.source
        assert not (fact.verified and fact.source == "unverified")
    for rule in service.rules:
        assert rule.verified or rule.severity != "block" or rule.source == "unverified"
        assert set(rule.message) == set(LANGUAGES)


@pytest.mark.parametrize("service", load().services.values(), ids=named)
def test_people_can_name_it_in_every_language_and_script(service: Service) -> None:
    for language in SPELLED:
        assert service.synonyms[language], language


def test_a_third_witness_only_under_the_special_marriage_act() -> None:
    use = {use.field.id: use for use in load().services["marriage_registration"].fields}["witness3_name"]
    assert use.when
    assert evaluate(use.when, {"marriage_act": "special_marriage_act_1954"}, TODAY) is True
    assert evaluate(use.when, {"marriage_act": "hindu_marriage_act_1955"}, TODAY) is False
    assert use.required


def test_a_caste_outside_the_list_needs_a_family_from_elsewhere() -> None:
    rule = next(rule for rule in load().services["caste_sc_st"].rules if rule.id == "caste_in_list")
    assert evaluate(rule.expr, {"caste_name": "Koli", "delhi_before_cutoff": True}, TODAY) is True
    assert evaluate(rule.expr, {"caste_name": "Nobody", "delhi_before_cutoff": True}, TODAY) is False
    assert evaluate(rule.expr, {"caste_name": "Nobody", "delhi_before_cutoff": False}, TODAY) is True


def test_the_obc_list_from_memory_refuses_nobody() -> None:
    rule = next(rule for rule in load().services["caste_obc"].rules if rule.id == "caste_in_obc_list")
    assert rule.severity == "warn"
