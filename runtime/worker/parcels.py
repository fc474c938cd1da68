"""Events that a turn sends to another conversation: kept by the turn's commit, then brought to the other's inbox.

Two conversations may lie in two partitions, which no one step can write to. So a parcel is put down together with the
turn that sends it, brought over, and only then taken away. A worker that ends in between leaves it to be brought again;
the inbox knows its id by then and takes it once. What is secret in it, its sender has sealed.
"""

from __future__ import annotations

from collections.abc import Iterable

from redis.asyncio import Redis

from runtime import keys
from runtime.codec import Codec
from runtime.records import Inbound

AT_ONCE = 20
SEEN_S = 8 * 24 * 3600

_DELIVER = """
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('SET', KEYS[1], redis.call('XADD', KEYS[2], '*', 'm', ARGV[1]), 'EX', ARGV[2])
return 1
"""


class Parcels:
    """Brings over what lies in the partitions of one worker. Two at it at once do no harm."""

    def __init__(self, redis: Redis[bytes], codec: Codec) -> None:
        self._redis = redis
        self._codec = codec
        self._deliver = redis.register_script(_DELIVER)

    async def bring(self, partitions: Iterable[int]) -> int:
        """Returns how many were new to their inbox. Raises Redis' errors; what is left is brought next time."""
        count = 0
        for number in await self._waiting(list(partitions)):
            for entry, fields in await self._redis.xrange(keys.parcels(number), count=AT_ONCE):
                plain = self._codec.read(fields[b"m"], keys.parcels(number))
                inbound = Inbound.from_json(plain)
                inbox = keys.inbox(keys.partition(inbound.conversation))
                names = [keys.seen(inbound.conversation, inbound.id), inbox]
                count += int(await self._deliver(keys=names, args=[self._codec.write(plain, inbox), SEEN_S]))
                await self._redis.xdel(keys.parcels(number), entry)
        return count

    async def _waiting(self, partitions: list[int]) -> list[int]:
        """Those in which something lies, found in one go: mostly there is none."""
        async with self._redis.pipeline(transaction=False) as pipe:
            for number in partitions:
                pipe.xlen(keys.parcels(number))
            found = await pipe.execute() if partitions else []
        return [number for number, length in zip(partitions, found, strict=True) if length]
