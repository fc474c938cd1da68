"""When to hand in again what a department that was away has not got.

What is held stands in the conversation's own state; here is only its time. Once that has come, an event goes into the
conversation's inbox, and the turn it causes tries (`actions.holding`). The time is moved on and not removed: should
that turn fail for good, the event comes again.
"""

from __future__ import annotations

from collections.abc import Iterable

from redis.asyncio import Redis

from runtime import keys
from runtime.records import Inbound

AGAIN_S = 900.0
"""After so long without a word from the turn, the event is sent again."""
AT_ONCE = 20
"""Events of one partition in one round, so that a department that comes back is not overrun."""

_WAKE = """
if tonumber(redis.call('ZSCORE', KEYS[1], ARGV[1]) or 'nan') ~= tonumber(ARGV[2]) then return 0 end
redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
redis.call('XADD', KEYS[2], '*', 'm', ARGV[4])
return 1
"""


def member(channel: str, conversation: str, draft: str) -> str:
    """The name under which a held draft waits in `keys.held`."""
    return f"{channel}|{conversation}|{draft}"


class Alarm:
    """Wakes what is due, in the partitions of one worker."""

    def __init__(self, redis: Redis[bytes]) -> None:
        self._redis = redis
        self._wake = redis.register_script(_WAKE)

    async def ring(self, partitions: Iterable[int], now: float) -> int:
        """Puts an event into the inbox for everything due; returns how many. Raises Redis' errors."""
        count = 0
        for number in partitions:
            due = await self._redis.zrangebyscore(keys.held(number), "-inf", now, start=0, num=AT_ONCE, withscores=True)
            for name, score in due:
                channel, conversation, draft = name.decode().split("|")
                event = Inbound(
                    id=f"held-{draft}-{score:.3f}",
                    conversation=conversation,
                    channel=channel,
                    kind="event",
                    at=now,
                    event={"held": draft},
                )
                names = [keys.held(number), keys.inbox(number)]
                again = f"{now + AGAIN_S:.3f}"
                count += int(await self._wake(keys=names, args=[name, repr(score), again, event.to_json()]))
        return count
