"""A webhook's batch, stored: conversations found, messages turned into `Inbound`, statuses climbed.

Decides what each type of message is to the dialogue. All of it is stored before Meta is answered; what is done after
that (read mark, typing, kind words) may fail without harm.
"""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass

from connectors import contacts
from connectors.answers import text
from connectors.identity import WHATSAPP, Identities
from connectors.ingest import Ingest, Result
from connectors.parts import Parts
from connectors.texts import harmless, name_of_file
from connectors.whatsapp.payload import Batch, Media, Message
from connectors.whatsapp.statuses import Statuses
from runtime import keys
from runtime.records import Inbound, Outbound

log = logging.getLogger(__name__)

SILENT = frozenset({"reaction"})
"""Types that ask for no answer: a thumb on a message of ours is not a message."""
CHOICE = frozenset({"button", "interactive"})
STRANGE_KEPT = 1000


@dataclass(frozen=True)
class FetchJob:
    """What the media fetcher needs to know of a file."""

    conversation: str
    media: Media
    phone_number_id: str
    at: float

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, raw: str) -> FetchJob:
        data = json.loads(raw)
        return cls(**{**data, "media": Media(**data["media"])})


@dataclass(frozen=True)
class Stored:
    """A message that was stored just now (and no repeat): what to mark as read."""

    phone_number_id: str
    message_id: str


class Receiver:
    """Stores what Meta delivers."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._ingest = Ingest(parts.redis, parts.codec, parts.clock, parts.limits.person)
        self._identities = Identities(parts.redis, parts.codec, parts.pepper, parts.ids)
        self._statuses = Statuses(parts.redis, parts.codec, parts.metrics)

    async def take(self, batch: Batch) -> list[Stored]:
        """Stores all of a batch; returns the messages that were new. Raises `StoreUnavailable`: nothing is lost then,
        since Meta repeats the body and what is stored already is known."""
        for move in batch.moves:
            await self._identities.move(move)
        fresh = []
        for message in batch.messages:
            if await self._message(message):
                fresh.append(Stored(message.phone_number_id, message.id))
        for revocation in batch.revocations:
            conversation = await self._identities.known(revocation.sender)
            if conversation and revocation.original:
                await self._ingest.take_back(conversation, revocation.original)
        for status in batch.statuses:
            await self._statuses.store(status)
        if batch.strange:
            await self._keep_strange(batch.strange)
        return fresh

    async def _message(self, message: Message) -> bool:
        metrics = self._parts.metrics
        if message.type in SILENT:
            metrics.inbound.labels(WHATSAPP, message.type, "ignored").inc()
            return False
        conversation = await self._identities.conversation(message.sender)
        inbound = self._inbound(message, conversation)
        contact = {"channel": WHATSAPP, "phone_number_id": message.phone_number_id}
        contact |= contacts.sealed(self._parts.codec, conversation, self._identities.fields(message.sender))
        job = ""
        if message.media:
            media = Media(message.media.id, message.media.mime, message.media.sha256, name_of_file(message.media.name))
            job = FetchJob(conversation, media, message.phone_number_id, inbound.at).to_json()
            job = self._parts.codec.write(job, keys.fetchbox(keys.partition(conversation)))
        result = await self._ingest.store(inbound, contact, job=job)
        metrics.inbound.labels(WHATSAPP, inbound.kind, result.value).inc()
        if result is Result.LIMITED:
            await self._ask_patience(inbound)
        return result is Result.STORED

    def _inbound(self, message: Message, conversation: str) -> Inbound:
        now = self._parts.clock()
        said = harmless(message.text)
        kind = "unsupported"
        if message.type in CHOICE and message.choice:
            kind = "choice"
        elif message.media:
            kind = "file"
        elif said:
            kind = "text"
        return Inbound(
            id=message.id,
            conversation=conversation,
            channel=WHATSAPP,
            kind=kind,
            # A clock that is ahead of ours must not keep the 24-hour window open.
            at=min(message.at or now, now),
            text=said,
            choice=harmless(message.choice, 256) if kind == "choice" else "",
            media=message.media.id if message.media else "",
            event={"type": message.type} if kind == "unsupported" else {},
        )

    async def _ask_patience(self, inbound: Inbound) -> None:
        """Tells a person, once a minute at most, that not all of so many messages could be taken."""
        lang = text(await self._parts.redis.hget(keys.contact(inbound.conversation), "lang")) or "en"
        outbound = Outbound(
            id=self._parts.ids(),
            conversation=inbound.conversation,
            channel=WHATSAPP,
            in_reply_to=inbound.id,
            lang=lang,
            text=self._parts.sentences.render("gateway_too_many_messages", lang),
            at=self._parts.clock(),
        )
        entry = {"c": inbound.conversation}
        entry["m"] = self._parts.codec.write(outbound.to_json(), keys.outbox(inbound.conversation))
        await self._parts.redis.xadd(keys.sendbox(keys.partition(inbound.conversation)), entry)  # type: ignore[arg-type]

    async def _keep_strange(self, strange: tuple[str, ...]) -> None:
        log.warning("a signed body held what is not known", extra={"what": "; ".join(strange)[:500]})
        for what in strange[:20]:
            self._parts.metrics.inbound.labels(WHATSAPP, "strange", "kept").inc()
            await self._parts.redis.xadd(keys.STRANGE, {"what": what}, maxlen=STRANGE_KEPT, approximate=True)
