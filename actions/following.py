"""After submission: where an application stands, its certificate, its withdrawal."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from actions import claiming, grievances, proving
from actions.base import SahayakAction
from actions.department_answers import Application, DepartmentError, DepartmentNotFound, DepartmentRefused
from actions.drafts import stop
from actions.turn import Turn
from catalogue.model import Service
from dialogue.claiming import CLAIM
from dialogue.conversation import Filed
from dialogue.display import day, isolate, joined, moment
from runtime.records import Attachment

NO_LONGER_GOOD = frozenset({"revoked", "suspended"})
"""States of an issued certificate in which it is not handed out."""
OPEN_TO_WITHDRAWAL = frozenset(
    {
        "submitted",
        "fee_pending",
        "under_verification",
        "sent_back",
        "appointment_booked",
        "test_scheduled",
        "waitlisted",
    }
)


def mine(turn: Turn) -> Filed | None:
    """The application meant: by number, by service, or the only or latest one. Others' numbers lead nowhere."""
    filed = turn.state.filed
    said = turn.message.argument() if turn.message.kind == "choice" else turn.message.entity("application_number") or ""
    if said:
        bare = _bare(said)
        return next(
            (f for f in filed if _bare(f.number) == bare or (f.certificate and _bare(f.certificate) == bare)), None
        )
    service = turn.message.entity("service")
    of_service = [f for f in filed if f.service == service]
    if of_service:
        return of_service[-1]
    return filed[-1] if len(filed) == 1 else None


def _bare(number: str) -> str:
    return "".join(char for char in number.upper() if char.isalnum())


def offer_mine(turn: Turn, verb: str) -> None:
    for item in reversed(turn.state.filed[-9:]):
        service = turn.service(item.service)
        turn.offer(f"{verb}:{item.number}", item.number, service.name[turn.lang] if service else "")


class CheckStatus(SahayakAction):
    """Stage, promised date, and what can be done next."""

    action_name = "action_check_status"

    async def act(self, turn: Turn) -> None:
        await self._answer(turn)
        turn.change(misses=0)
        if turn.in_form:
            turn.choices.clear()

    async def _answer(self, turn: Turn) -> None:
        item = mine(turn)
        if item is None:
            named = turn.message.entity("application_number")
            if named:
                turn.say("status_not_yours", number=isolate(named, turn.lang))
                turn.offer_words(f"{CLAIM}:{named}", "button_claim")
            elif turn.state.filed:
                turn.say("which_application")
                offer_mine(turn, "status")
            else:
                turn.say("nothing_filed")
                turn.offer_words("menu", "button_menu")
            return
        if item.waiting:
            still_waiting(turn, item)
            return
        try:
            found = await turn.services.department.get(item.number)
        except DepartmentNotFound:
            turn.say("status_not_yours", number=isolate(item.number, turn.lang))
            return
        except DepartmentError:
            turn.say("department_away_status", number=isolate(item.number, turn.lang))
            return
        tell(turn, item, found)


def still_waiting(turn: Turn, item: Filed) -> None:
    """The department was away when this was handed in; it is tried again by itself."""
    service = turn.service(item.service)
    name = service.name[turn.lang] if service else item.service
    turn.say("held_status", service=name, number=isolate(item.number, turn.lang))
    turn.offer_words("menu", "button_menu")


def say_when(turn: Turn, service: Service | None, at: datetime, place: str) -> None:
    """When and where the person is expected; the service's own office in their language."""
    if service is not None and place == service.office.text["en"]:
        place = service.office.text[turn.lang]
    turn.say("event_appointment", at=joined(filter(None, (moment(at, turn.lang), place)), turn.lang))


def tell(turn: Turn, item: Filed, found: Application) -> None:
    service = turn.service(item.service)
    name = service.name[turn.lang] if service else item.service
    turn.say(
        "status_is", service=name, number=isolate(item.number, turn.lang), stage=turn.words(f"stage.{found.stage}")
    )
    if found.reason:
        turn.say("status_reason", reason=found.reason)
    if found.appointment is not None:
        say_when(turn, service, found.appointment.at, found.appointment.place)
    if found.due and found.stage not in ("certificate_issued", "rejected", "withdrawn", "resolved", "dispatched"):
        turn.say("status_overdue" if found.overdue else "status_due", due=day(found.due, turn.lang))
        if found.overdue:
            grievances.tell_next(turn, service)
    certificate = found.certificate.number if found.certificate else ""
    if found.certificate is not None and found.certificate.status in NO_LONGER_GOOD:
        no_longer_good(turn, certificate, item, found.certificate.status)
    elif certificate:
        turn.offer_words(f"download:{certificate}", "button_download")
    if found.stage == "sent_back":
        turn.offer_words(f"repair:{item.number}", "button_repair")
    if found.stage in OPEN_TO_WITHDRAWAL:
        turn.offer_words(f"withdraw:{item.number}", "button_withdraw")
    turn.offer_words("menu", "button_menu")
    turn.change(
        filed=tuple(
            replace(
                f,
                stage=found.stage,
                certificate=certificate or f.certificate,
                due=found.due.isoformat() if found.due else f.due,
            )
            if f.number == item.number
            else f
            for f in turn.state.filed
        ),
        focus=item.service,
    )


class DownloadCertificate(SahayakAction):
    """The certificate again: the same file, a new one-time link. Or, by taps, the proof of one fact from it."""

    action_name = "action_download_certificate"

    async def act(self, turn: Turn) -> None:
        if proving.is_about_proof(turn):
            await proving.prove(turn)
            return
        if claiming.is_about_claim(turn):
            await self._claim(turn)
            return
        item = mine(turn)
        ready = [f for f in turn.state.filed if f.certificate]
        if (item is None or not item.certificate) and len(ready) == 1 and turn.message.kind != "choice":
            item = ready[0]
        if item is not None and item.certificate:
            await send_certificate(turn, item.certificate, item)
        elif item is not None:
            turn.say("no_certificate_yet", number=isolate(item.number, turn.lang))
            turn.offer_words(f"status:{item.number}", "button_status")
        elif ready:
            turn.say("which_certificate")
            for one in ready[-9:]:
                service = turn.service(one.service)
                turn.offer(f"download:{one.certificate}", one.certificate, service.name[turn.lang] if service else "")
        else:
            turn.say("no_certificates")
            number = turn.message.entity("certificate_number") or turn.message.entity("application_number") or ""
            turn.offer_words(f"{CLAIM}:{number}" if number else CLAIM, "button_claim")
            turn.offer_words("menu", "button_menu")

    @staticmethod
    async def _claim(turn: Turn) -> None:
        item = await claiming.claim(turn)
        if item is not None and item.certificate:
            await send_certificate(turn, item.certificate, item)
        elif item is not None:
            turn.offer_words(f"status:{item.number}", "button_status")
            turn.offer_words("menu", "button_menu")


def no_longer_good(turn: Turn, number: str, item: Filed, status: str) -> None:
    """Says what became of a certificate that was issued, and whom to ask."""
    service = turn.service(item.service)
    name = service.name[turn.lang] if service else item.service
    turn.say(f"certificate_{status}", service=name, number=isolate(number, turn.lang))
    turn.offer_words("human", "button_human")
    turn.offer_words("apply:pgms_grievance", "button_complain")


async def send_certificate(turn: Turn, number: str, item: Filed) -> None:
    """Attaches the PDF and its one-time link; says so when the department cannot be reached or refuses for now."""
    try:
        token = await turn.services.department.token(number, turn.key)
    except DepartmentRefused as refused:
        if refused.code in NO_LONGER_GOOD:
            no_longer_good(turn, number, item, refused.code)
        else:
            turn.say("certificate_too_often")
        return
    except DepartmentError:
        turn.say("department_away_status", number=isolate(item.number, turn.lang))
        return
    service = turn.service(item.service)
    url = f"{turn.services.public_url.rstrip('/')}/c/{token.token}"
    turn.say(
        "certificate_here",
        service=service.name[turn.lang] if service else "",
        number=isolate(number, turn.lang),
        url=isolate(url, turn.lang),
    )
    turn.attachments.append(Attachment(url, f"{number}.pdf", "application/pdf", certificate=number))
    turn.attachments.append(Attachment(f"{url}/qr.png", "qr.png", "image/png"))
    await proving.offer(turn, replace(item, certificate=number))


class VerifyCertificate(SahayakAction):
    action_name = "action_verify_certificate"

    async def act(self, turn: Turn) -> None:
        turn.say("verify_how", url=isolate(f"{turn.services.public_url.rstrip('/')}/verify", turn.lang))


class Withdraw(SahayakAction):
    """Asks first; `actions.pending` does it."""

    action_name = "action_withdraw"

    async def act(self, turn: Turn) -> None:
        item = mine(turn)
        if turn.in_form and turn.message.kind == "text" and not self._filed_is_meant(turn):
            stop(turn)
            return
        if item is None:
            if turn.state.filed:
                turn.say("which_application")
                offer_mine(turn, "withdraw")
            else:
                turn.say("nothing_filed")
                turn.offer_words("menu", "button_menu")
            return
        if item.waiting:
            still_waiting(turn, item)
            return
        turn.say("ask_withdraw", number=isolate(item.number, turn.lang))
        turn.offer_words("confirm:yes", "button_withdraw")
        turn.offer_words("confirm:no", "button_no")
        turn.ask(item.service, "summary", "confirm")
        turn.change(pending=f"withdraw:{item.number}")
        turn.hold()

    @staticmethod
    def _filed_is_meant(turn: Turn) -> bool:
        """Whether the words name a submitted application. Else "cancel the application" stops the one being filled."""
        if turn.message.entity("application_number"):
            return True
        service = turn.message.entity("service")
        present = turn.state.draft.service if turn.state.draft else ""
        return service not in (None, present) and any(f.service == service for f in turn.state.filed)
