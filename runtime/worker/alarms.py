"""What a worker has to remember to do later: hand in again what a department has not got, take back a conversation that
nobody of the office answers, forget a silent one.

What is to be done stands in the conversation's own state; here is only its time. Once that has come, an event goes into
the conversation's inbox, and the turn it causes does it, in its place among the person's messages. The time is moved on
and not removed: should that turn fail for good, the event comes again. A turn sets and settles alarms in its commit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from redis.asyncio import Redis

from runtime import keys
from runtime.codec import Codec
from runtime.records import Inbound

AGAIN_S = 900.0
"""After so long without a word from the turn, the event is sent again."""
AT_ONCE = 20
"""Events of one partition in one round, so that a department that comes back is not overrun."""
HELD = "held"
IDLE = "idle"

_WAKE = """
if tonumber(redis.call('ZSCORE', KEYS[1], ARGV[1]) or 'nan') ~= tonumber(ARGV[2]) then return 0 end
redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
redis.call('XADD', KEYS[2], '*', 'm', ARGV[4])
return 1
"""


@dataclass(frozen=True)
class Alarm:
    """An event that comes at a time. `kind`: `HELD` (`subject` is a draft), `IDLE` (no subject), or `dialogue.desk`'s
    `UNANSWERED` (`subject` is the office's id of a conversation)."""

    kind: str
    subject: str = ""
    after: float | None = None
    """Seconds from now; None: not any more."""

    def member(self, channel: str, conversation: str) -> str:
        """Its name in `keys.alarms` or, of `IDLE`, in `keys.idle`."""
        return "|".join((channel, conversation, self.kind, self.subject))


class Alarms:
    """Rings what is due, in the partitions of one worker."""

    def __init__(self, redis: Redis[bytes], codec: Codec) -> None:
        self._redis = redis
        self._codec = codec
        self._wake = redis.register_script(_WAKE)

    async def ring(self, partitions: Iterable[int], now: float) -> int:
        """Puts an event into the inbox for everything due; returns how many. Raises Redis' errors."""
        names = [
            (name, keys.inbox(number)) for number in partitions for name in (keys.alarms(number), keys.idle(number))
        ]
        async with self._redis.pipeline(transaction=False) as pipe:
            for name, _ in names:
                pipe.zrangebyscore(name, "-inf", now, start=0, num=AT_ONCE, withscores=True)
            found = await pipe.execute()
        return sum(
            [await self._ring(name, inbox, now, due) for (name, inbox), due in zip(names, found, strict=True) if due]
        )

    async def _ring(self, name: str, inbox: str, now: float, due: Iterable[tuple[bytes, float]]) -> int:
        count = 0
        for member, score in due:
            event = self._codec.write(_event(member.decode(), score, now).to_json(), inbox)
            arguments: list[bytes | str] = [member, repr(score), f"{now + AGAIN_S:.3f}", event]
            count += int(await self._wake(keys=[name, inbox], args=arguments))
        return count


def _event(member: str, score: float, now: float) -> Inbound:
    channel, conversation, kind, subject = member.split("|")
    return Inbound(
        id=f"{kind}-{subject}-{score:.3f}",
        conversation=conversation,
        channel=channel,
        kind="event",
        at=now,
        event={kind: subject or "1"},
    )
