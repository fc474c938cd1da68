"""The menu: departments, their services, pages of them; and one service's card."""

from __future__ import annotations

from actions.base import SahayakAction
from actions.turn import Turn
from catalogue.model import Service
from dialogue.display import joined

PAGE = 9
"""Nine rows and "more" make a WhatsApp list of ten."""


class ListServices(SahayakAction):
    """Departments first; a tap on one, or its name, lists its services."""

    action_name = "action_list_services"

    async def act(self, turn: Turn) -> None:
        message = turn.message
        department, cursor = message.entity("department") or "", 0
        if message.kind == "choice" and message.verb() == "dept":
            department = message.argument()
        elif message.kind == "choice" and message.verb() == "more":
            department, _, number = message.argument().partition(":")
            cursor = int(number) if number.isdigit() else 0
        turn.change(misses=0)
        if department in turn.catalogue.departments:
            turn.say("services_of", department=turn.catalogue.departments[department].name[turn.lang])
            offer_services(turn, department, cursor)
        else:
            turn.say("which_department")
            offer_departments(turn, cursor if department == "menu" else 0)
        turn.hold()


def _departments(turn: Turn) -> list[str]:
    with_services = {service.department.id for service in turn.catalogue.services.values()}
    return [name for name in turn.catalogue.departments if name in with_services]


def offer_departments(turn: Turn, start: int = 0) -> None:
    names = _departments(turn)
    page = names[start:] if len(names) - start <= PAGE + 1 else names[start : start + PAGE]
    for name in page:
        services = [s for s in turn.catalogue.services.values() if s.department.id == name]
        examples = joined((service.short[turn.lang] for service in services[:2]), turn.lang)
        turn.offer(f"dept:{name}", turn.catalogue.departments[name].short[turn.lang], examples)
    if start + len(page) < len(names):
        turn.offer_words(f"more:menu:{start + len(page)}", "button_more")


def offer_services(turn: Turn, department: str, start: int = 0) -> None:
    services: list[Service] = [s for s in turn.catalogue.services.values() if s.department.id == department]
    page = services[start:] if len(services) - start <= PAGE + 1 else services[start : start + PAGE]
    for service in page:
        turn.offer(f"service:{service.id}", service.short[turn.lang], service.purpose[turn.lang])
    if start + len(page) < len(services):
        turn.offer_words(f"more:{department}:{start + len(page)}", "button_more")
