"""One `Outbound`, delivered: window, pace, Meta's errors, and the certainty of not saying it twice.

Before each call the attempt is written down; after a crash or a silence, Meta's status (which carries our own id) tells
whether the message went out, and only if none comes is it sent again.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from typing import Any

from connectors import contacts
from connectors.answers import texts
from connectors.errors import DepartmentError, GatewayError, RenderError, TemplateError
from connectors.limits import Buckets
from connectors.parts import Parts
from connectors.whatsapp import templates
from connectors.whatsapp.attachments import Attachments
from connectors.whatsapp.codes import Verdict, verdict
from connectors.whatsapp.graph import Graph, GraphError, GraphSilent, GraphUnreachable
from connectors.whatsapp.render import Uploaded, Words, addressed, render, render_template
from connectors.whatsapp.statuses import DELIVERY_SECONDS, GivingUp
from runtime import keys
from runtime.records import Outbound

log = logging.getLogger(__name__)

WINDOW_SECONDS = 24 * 3600 - 60
"""A minute is kept back for the way to Meta."""
ATTEMPTS = 8
LONGEST_PAUSE = 60.0
GIVE_UP_SECONDS = 6 * 3600

_ACCEPT = """
if (redis.call('HGET', KEYS[1], 'mended') or '') == ARGV[2] then
  redis.call('HSET', KEYS[1], 'state', 'accepted', 'wamid', ARGV[1])
end
"""
"""A failed status may overtake the answer to the call, and have put the message back already."""


_FORGET = """
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
if (redis.call('HGET', KEYS[2], 'last') or '') ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[2])
"""
"""Not if the person has written again: somebody must answer that."""


class Delivery:
    """Delivers messages of conversations, one call of `deliver` each. Any number may run at a time."""

    def __init__(
        self,
        parts: Parts,
        graph: Graph,
        phone_number_id: str,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._parts = parts
        self._redis = parts.redis
        self._graph = graph
        self._phone_number_id = phone_number_id
        self._attachments = Attachments(parts, graph)
        self._buckets = Buckets(parts.redis)
        self._accept = parts.redis.register_script(_ACCEPT)
        self._giving_up = GivingUp(parts.redis, parts.metrics)
        self._forget = parts.redis.register_script(_FORGET)
        self._sleep = sleep
        self._started = parts.clock()

    async def deliver(self, outbound: Outbound) -> None:
        """Returns once the message is accepted by Meta, or given up visibly. Raises nothing but Redis's errors."""
        if outbound.kind != "message":
            if outbound.kind == "turn_end":
                await self._forget_if_erased(outbound)
            return
        if await self._giving_up.given_up(outbound.id):
            # Whoever gave it up was ended before the entry left its stream.
            return
        contact = await self._contact(outbound.conversation)
        if not (contact.get("phone") or contact.get("user_id")):
            await self._give_up(outbound, "no_contact")
            return
        number = contact.get("phone_number_id") or self._phone_number_id
        payloads = await self._payloads(outbound, number)
        for index, payload in enumerate(payloads):
            name = outbound.id if index == 0 else f"{outbound.id}#{index + 1}"
            if not await self._send(outbound, name, payload, number):
                return

    async def _contact(self, conversation: str) -> dict[str, str]:
        stored = texts(await self._redis.hgetall(keys.contact(conversation)))
        return contacts.opened(self._parts.codec, conversation, stored)

    async def _payloads(self, outbound: Outbound, number: str) -> list[dict[str, Any]]:
        """What to send while the window is open; empty if that cannot be made (given up then)."""
        file: Uploaded | None = None
        started = self._parts.clock()
        pause = 1.0
        while True:
            try:
                if outbound.attachment and await self._open(outbound) and not await self._accepted(outbound.id):
                    file = await self._attachments.upload(outbound.attachment, number)
                words = Words(choose=self._parts.sentences.render("gateway_choose", outbound.lang))
                return render(outbound, words, file)
            except RenderError as error:
                log.error("a message has no form for whatsapp", extra={"why": str(error)})
                await self._give_up(outbound, "render")
                return []
            except (DepartmentError, GraphError) as error:
                gone = isinstance(error, DepartmentError) and 400 <= error.status < 500
                bug = isinstance(error, GraphError) and verdict(error.code, error.status) is Verdict.BUG
                if gone or bug or self._parts.clock() - started > GIVE_UP_SECONDS:
                    await self._give_up(outbound, "attachment")
                    return []
            except GatewayError:
                if self._parts.clock() - started > GIVE_UP_SECONDS:
                    await self._give_up(outbound, "attachment")
                    return []
            await self._sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _send(self, outbound: Outbound, name: str, payload: dict[str, Any], number: str) -> bool:
        """Sends one payload. Returns whether it was accepted (False: given up, and so is what follows it)."""
        record = keys.delivery(name)
        attempts = 0
        began = self._parts.clock()
        while True:
            known = texts(await self._redis.hgetall(record))
            if known.get("wamid"):
                return True
            if known.get("state") == "trying" and await self._status_came(record, float(known.get("at") or 0)):
                return True
            contact = await self._contact(outbound.conversation)
            form, final = await self._form(outbound, payload, contact, known)
            if final:
                return await self._give_up(outbound, final)
            await self._wait_for_turn(outbound.conversation, number)
            if await self._accepted(name):
                # While this one waited, its lease may have passed to another sender.
                return True
            now = self._parts.clock()
            await self._redis.hset(
                record, mapping={"state": "trying", "at": f"{now:.3f}", "conversation": outbound.conversation}
            )
            await self._redis.expire(record, DELIVERY_SECONDS)
            try:
                message = addressed(form, contact.get("phone", ""), contact.get("user_id", ""), name)
                wamid = await self._graph.send(number, message)
            except GraphSilent:
                self._count(form, "silent")
                continue
            except GraphUnreachable:
                await self._redis.hset(record, "state", "")
                self._count(form, "unreachable")
                if now - began > GIVE_UP_SECONDS:
                    return await self._give_up(outbound, "unreachable")
                await self._back_off(attempts := min(attempts + 1, ATTEMPTS))
                continue
            except GraphError as error:
                await self._redis.hset(record, mapping={"state": "", "code": str(error.code)})
                self._count(form, str(error.code))
                attempts += 1
                if not await self._judged(outbound, error, form, record, attempts):
                    return False
                continue
            await self._accept(keys=[record], args=[keys.digest(wamid), known.get("mended", "")])
            self._count(form, "accepted")
            self._parts.metrics.halted.set(0)
            return True

    async def _form(
        self, outbound: Outbound, payload: dict[str, Any], contact: dict[str, str], known: dict[str, str]
    ) -> tuple[dict[str, Any], str]:
        """The payload or the template, and why to give up (empty: do not)."""
        last = float(contact.get("last_inbound_at") or 0)
        if float(contact.get("unreachable_at") or 0) > last:
            return payload, "person_unreachable"
        if known.get("form") != "template" and self._parts.clock() - last < WINDOW_SECONDS:
            return payload, ""
        if outbound.template is None:
            return payload, "window_closed"
        try:
            template = templates.load().by_name.get(outbound.template.name)
            replies = [template.reply(outbound.template)] if template else []
        except (TemplateError, IndexError):
            return payload, "template"
        return render_template(outbound.template, replies), ""

    async def _judged(
        self, outbound: Outbound, error: GraphError, form: dict[str, Any], record: str, attempts: int
    ) -> bool:
        """Does what Meta's error asks for. Returns whether to try again."""
        match verdict(error.code, error.status):
            case Verdict.PAUSE:
                await self._sleep(self._parts.limits.person_pause)
            case Verdict.RETRY if attempts < ATTEMPTS:
                await self._back_off(attempts)
            case Verdict.TEMPLATE if form["type"] != "template" and outbound.template:
                await self._redis.hset(record, "form", "template")
            case Verdict.PERSON:
                # To the millisecond: rounded down, it would lie before the message that it follows.
                now = f"{self._parts.clock():.3f}"
                await self._redis.hset(keys.contact(outbound.conversation), "unreachable_at", now)
                return await self._give_up(outbound, str(error.code))
            case Verdict.HALT:
                log.critical(
                    "meta refuses every send; the account or its token must be looked at", extra={"code": error.code}
                )
                self._parts.metrics.halted.set(1)
                rest = int(self._parts.limits.halt_seconds * 1000)
                await self._redis.set(keys.HALT, str(error.code), px=rest)
            case Verdict.BUG:
                log.error("meta refused a message for its form", extra={"code": error.code, "type": form["type"]})
                return await self._give_up(outbound, str(error.code))
            case _:
                return await self._give_up(outbound, str(error.code))
        return True

    async def _wait_for_turn(self, conversation: str, number: str) -> None:
        """Waits while all sending is halted, then for a token of the person, then for one of our number."""
        while await self._redis.exists(keys.HALT):
            await self._sleep(0.5)
        for name, rate in (
            (keys.pace(conversation), self._parts.limits.pair),
            (f"{keys.PREFIX}:pace:{number}", self._parts.limits.number),
        ):
            while wait := await self._buckets.take(name, rate, self._parts.clock()):
                await self._sleep(wait)

    async def _status_came(self, record: str, tried_at: float) -> bool:
        """Whether Meta's status says that an attempt without an answer went out.

        No status could reach us while we were down ourselves, so the wait begins with this process at the earliest.
        """
        until = max(tried_at, self._started) + self._parts.limits.status_seconds
        while self._parts.clock() < until:
            if await self._redis.hget(record, "wamid"):
                return True
            await self._sleep(0.5)
        return bool(await self._redis.hget(record, "wamid"))

    async def _accepted(self, name: str) -> bool:
        return bool(await self._redis.hget(keys.delivery(name), "wamid"))

    async def _open(self, outbound: Outbound) -> bool:
        last = await self._redis.hget(keys.contact(outbound.conversation), "last_inbound_at")
        return self._parts.clock() - float(last or 0) < WINDOW_SECONDS

    async def _back_off(self, attempts: int) -> None:
        """1, 2, 4 … 60 seconds, a fifth more or less, so that conversations do not come back all at once."""
        await self._sleep(min(2.0 ** (attempts - 1), LONGEST_PAUSE) * random.uniform(0.8, 1.2))

    async def _give_up(self, outbound: Outbound, code: str) -> bool:
        log.warning("a message could not be delivered", extra={"code": code, "outbox": outbound.id})
        await self._giving_up.give_up(outbound.conversation, outbound.id, code, self._parts.clock())
        return False

    def _count(self, form: dict[str, Any], result: str) -> None:
        self._parts.metrics.sends.labels(form["type"], result).inc()

    async def _forget_if_erased(self, end: Outbound) -> None:
        """Forgets the person's address once the last words of an erased conversation have gone out.

        Every turn leaves a state but the one that erases. Who has written since then keeps their contact; whether they
        have is asked again when it goes. What they write later no longer finds it and begins anew.
        """
        conversation = end.conversation
        if await self._redis.exists(keys.state(conversation)):
            return
        contact = texts(await self._redis.hgetall(keys.contact(conversation)))
        last = contact.get("last", "")
        if end.in_reply_to and last not in ("", keys.digest(end.in_reply_to)):
            return
        for name in (contact.get("identity_phone"), contact.get("identity_user")):
            # A number that has meanwhile passed to another conversation is not this person's any more.
            if name and await self._redis.get(name) == conversation:
                await self._redis.delete(name)
        await self._forget(keys=[keys.state(conversation), keys.contact(conversation)], args=[last])
