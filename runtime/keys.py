"""Names of everything kept in Redis. All keys of a conversation share one hash tag, so that a cluster can hold them.

A partition is a share of the conversations; each is owned by one worker at a time. "Sealed" is what went through
`runtime.codec`, bound to the name of its key unless something else is said.
"""

from __future__ import annotations

import hashlib
import zlib

PARTITIONS = 32
PREFIX = "sahayak"
WAKE = f"{PREFIX}:wake"
"""Pub/sub channel: the id of a conversation whose outbox has grown."""
GROUP = "workers"
SENDERS = "senders"
FETCHERS = "fetchers"
STRANGE = f"{PREFIX}:strange"
"""Capped stream: signed bodies of Meta that hold nothing we know; their form only, no values."""
SENDERS_ALIVE = f"{PREFIX}:senders"
"""Sorted set: senders by the time (seconds) of their last sign of life."""
HALT = f"{PREFIX}:halt"
"""Set for a while when Meta refuses every send (token, account): the error's code."""


def partition(conversation: str) -> int:
    return zlib.crc32(conversation.encode()) % PARTITIONS


def _key(number: int, *parts: str) -> str:
    return ":".join((PREFIX, f"{{{number}}}", *parts))


def inbox(number: int) -> str:
    """Stream of `Inbound`, field `m`, sealed; consumer group `GROUP`."""
    return _key(number, "in")


def lease(number: int) -> str:
    """Owner of the partition with its fencing token."""
    return _key(number, "lease")


def fence(number: int) -> str:
    """Counter that hands out fencing tokens."""
    return _key(number, "fence")


def dead(number: int) -> str:
    """Stream of messages given up after five attempts: `c` conversation, `m` sealed `Inbound`, `why`, `at`."""
    return _key(number, "dead")


def attempts(number: int) -> str:
    """Hash: how often each entry of the inbox was begun."""
    return _key(number, "attempts")


def alarms(number: int) -> str:
    """Sorted set: what the worker has to do later for a conversation, by its time (seconds)."""
    return _key(number, "alarms")


def idle(number: int) -> str:
    """Sorted set: conversations by the time (seconds) at which they are forgotten, if nothing is said before."""
    return _key(number, "idle")


def archive(number: int) -> str:
    """Capped stream: masked sentences for linguists, field `m`, sealed; no conversation, no time but the day."""
    return _key(number, "archive")


def code(conversation: str) -> str:
    """Hash, while it is good: the one-time code of a draft (`digest` `draft` `channel`, and `by`, who typed it)."""
    return _key(partition(conversation), "code", conversation)


def coded(number: int, digest: str) -> str:
    """The conversation that gave a code, by the code's digest; gone with it."""
    return _key(number, "coded", digest)


def tries(conversation: str) -> str:
    """How many wrong codes were typed in a conversation within the hour."""
    return _key(partition(conversation), "tries", conversation)


TRIES = f"{PREFIX}:tries"
"""How many wrong codes were typed anywhere within the hour."""


def parcels(number: int) -> str:
    """Stream of events (`Inbound`, field `m`) that turns sent to conversations of any partition, until delivered."""
    return _key(number, "parcels")


def sendbox(number: int) -> str:
    """Stream of `Outbound` for channels that must be pushed to (WhatsApp); consumer group `SENDERS`.

    Fields: `c` conversation, `m` as it stands in that conversation's outbox, and sealed for it.
    """
    return _key(number, "send")


def seen(conversation: str, message_id: str) -> str:
    """Set for eight days once a message is stored. By the id's digest: an id of WhatsApp's holds a phone number."""
    return _key(partition(conversation), "seen", digest(message_id))


def seen_in_clear(conversation: str, message_id: str) -> str:
    """Where an earlier version set it."""
    return _key(partition(conversation), "seen", message_id)


def digest(identifier: str) -> str:
    """Stands for a long random id that must not be read in Redis."""
    return hashlib.sha256(identifier.encode("utf-8", "replace")).hexdigest()[:32]


def state(conversation: str) -> str:
    """Dialogue state after the last committed turn, sealed (`runtime.envelopes`)."""
    return _key(partition(conversation), "state", conversation)


def outbox(conversation: str) -> str:
    """Stream of `Outbound`, field `m`, sealed: what the web chat replays from."""
    return _key(partition(conversation), "out", conversation)


def contact(conversation: str) -> str:
    """Hash: channel, phone, user_id, phone_number_id, identity_phone, identity_user, last_inbound_at and unreachable_at
    (seconds), lang, `last` (digest of the id of the person's last message); `CONTACT_SEALED` are sealed.
    """
    return _key(partition(conversation), "contact", conversation)


CONTACT_SEALED = ("phone", "user_id")


def contact_field(contact_key: str, field: str) -> str:
    """What a sealed field of a contact is bound to."""
    return f"{contact_key}:{field}"


def media(conversation: str, media_id: str) -> str:
    """The `FileRef`, sealed, once the file behind a channel's media id was fetched; a list of one, to wait for."""
    return _key(partition(conversation), "media", conversation, media_id)


def identity(channel: str, address: str) -> str:
    """Conversation id of a person's address on a channel (the address hashed)."""
    return f"{PREFIX}:identity:{channel}:{address}"


def worker(name: str) -> str:
    """Heartbeat of a worker, expiring: the id of the model it has loaded."""
    return f"{PREFIX}:worker:{name}"


def fetchbox(number: int) -> str:
    """Stream of files of WhatsApp still to be fetched, field `m`, sealed; consumer group `FETCHERS`."""
    return _key(number, "fetch")


def undeliverable(number: int) -> str:
    """Capped stream of what could not be delivered: outbox id, conversation, code, at (no text)."""
    return _key(number, "undeliverable")


def send_lease(number: int) -> str:
    """Owner of the partition's `sendbox` among the senders."""
    return _key(number, "send-lease")


def allowance(conversation: str) -> str:
    """Token bucket of what a person may send us. Hash: tokens, at."""
    return _key(partition(conversation), "allowance", conversation)


def pace(conversation: str) -> str:
    """Token bucket of what we may send to a person (Meta's pair rate). Hash: tokens, at."""
    return _key(partition(conversation), "pace", conversation)


def delivery(outbox_id: str) -> str:
    """Fate of an `Outbound` on WhatsApp, 30 days.

    Hash: conversation, state, at, form, code, mended, status, status_at, given_up, `wamid` (Meta's id, by its digest,
    since it holds a phone number) and `failed:<digest>` of each attempt that Meta took and could not deliver.
    """
    return f"{PREFIX}:delivery:{outbox_id}"


COUNTED = f"{PREFIX}:counted"
"""Hash of what workers count, for the gateway's metrics (`runtime.counting`)."""
