"""Which conversation a person's address belongs to.

A WhatsApp conversation has a random id of ours; a phone number and a business-scoped user id (both hashed under a
secret) point to it. A number that comes back with another user id has been given to another person, who gets a
conversation of their own. A web conversation's id is derived from its session key, which is nowhere kept.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from connectors import contacts
from connectors.answers import text
from connectors.errors import StoreUnavailable
from connectors.parts import Ids
from connectors.whatsapp.payload import Move, Sender
from runtime import keys
from runtime.codec import Codec

WHATSAPP = "whatsapp"
WEB = "web"
MOVE_SECONDS = 8 * 24 * 3600
"""Meta repeats a webhook for up to seven days."""


def of_session(session: str) -> str:
    """The conversation of a web session."""
    return "w-" + hashlib.sha256(session.encode("utf-8", "replace")).hexdigest()[:32]


def channel_of(conversation: str) -> str:
    return WEB if conversation.startswith("w-") else WHATSAPP


class Identities:
    """Conversation ids of WhatsApp addresses. Asking twice gives the same answer, from any process."""

    def __init__(self, redis: Redis, codec: Codec, pepper: bytes, ids: Ids) -> None:
        self._redis = redis
        self._codec = codec
        self._pepper = pepper
        self._ids = ids

    def names(self, sender: Sender) -> tuple[str, ...]:
        """The Redis keys under which this sender's conversation stands: of the user id, of the phone number."""
        return tuple(name for name in (self._of_user(sender), self._of_phone(sender)) if name)

    async def conversation(self, sender: Sender) -> str:
        """The sender's conversation, made if there is none. Raises `StoreUnavailable`."""
        try:
            return await self._find(sender)
        except (RedisError, OSError) as error:
            raise StoreUnavailable("redis does not answer") from error

    async def known(self, sender: Sender) -> str | None:
        """The sender's conversation if there is one."""
        try:
            for name in self.names(sender):
                if found := await self._redis.get(name):
                    return str(found)
        except (RedisError, OSError) as error:
            raise StoreUnavailable("redis does not answer") from error
        return None

    async def move(self, change: Move) -> str | None:
        """Lets the new address lead to the old one's conversation, and the old number to nobody. Each change once.

        All of it is one transaction, and its repeats are known: by then, somebody else may have the old number.
        """
        done = f"{keys.PREFIX}:moved:{keys.digest(change.id)}"
        try:
            if await self._redis.exists(done):
                return None
            conversation = await self.known(change.old)
            if conversation is None:
                return None
            fields: dict[Any, Any] = dict(contacts.sealed(self._codec, conversation, self.fields(change.new)))
            old = self._of_phone(change.old)
            async with self._redis.pipeline(transaction=True) as pipe:
                for name in self.names(change.new):
                    pipe.set(name, conversation)
                pipe.hset(keys.contact(conversation), mapping=fields)
                if old and change.new.phone and change.new.phone != change.old.phone:
                    pipe.delete(old)
                pipe.set(done, "1", ex=MOVE_SECONDS)
                await pipe.execute()
        except (RedisError, OSError) as error:
            raise StoreUnavailable("redis does not answer") from error
        return conversation

    def fields(self, sender: Sender) -> dict[str, str]:
        """What a contact keeps of its address: enough to write back, and to erase every trace."""
        fields = {"phone": sender.phone, "user_id": sender.user_id}
        fields |= {"identity_phone": self._of_phone(sender), "identity_user": self._of_user(sender)}
        return {name: value for name, value in fields.items() if value}

    async def _find(self, sender: Sender) -> str:
        user, phone = self._of_user(sender), self._of_phone(sender)
        by_user = text(await self._redis.get(user)) if user else ""
        by_phone = text(await self._redis.get(phone)) if phone else ""
        if by_user:
            if phone and by_phone != by_user:
                await self._redis.set(phone, by_user)
            return by_user
        if by_phone and (not user or await self._same_person(by_phone, sender.user_id)):
            return await self._claim(user, by_phone) if user else by_phone
        conversation = await self._claim(user or phone, "a-" + self._ids())
        if user and phone:
            await self._redis.set(phone, conversation)
        return conversation

    async def _same_person(self, conversation: str, user_id: str) -> bool:
        kept = {"user_id": text(await self._redis.hget(keys.contact(conversation), "user_id"))}
        known = contacts.opened(self._codec, conversation, kept)["user_id"]
        return not known or known == user_id

    async def _claim(self, name: str, conversation: str) -> str:
        """Points `name` to the conversation unless another process was first; then the other's."""
        if await self._redis.set(name, conversation, nx=True):
            return conversation
        return str(await self._redis.get(name))

    def _of_user(self, sender: Sender) -> str:
        return keys.identity(WHATSAPP, self._hash("user", sender.user_id)) if sender.user_id else ""

    def _of_phone(self, sender: Sender) -> str:
        return keys.identity(WHATSAPP, self._hash("phone", sender.phone)) if sender.phone else ""

    def _hash(self, kind: str, address: str) -> str:
        return hmac.new(self._pepper, f"{kind}:{address}".encode(), hashlib.sha256).hexdigest()[:32]
