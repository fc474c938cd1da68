"""Commands to Redis packed by hiredis, as redis-py itself does it for clients that do not wait asynchronously.

A worker's commands name every partition that it reads and every key that a turn touches: packed argument by argument in
Python, they took a twentieth of a turn.
"""

from __future__ import annotations

from redis.asyncio import Redis
from redis.connection import HiredisRespSerializer  # type: ignore[attr-defined]

_SERIALIZER = HiredisRespSerializer()


def packed(client: Redis[bytes]) -> Redis[bytes]:
    """The same client; call it before it has been used. Its connections stay of the kind that its address asked for."""
    pool = client.connection_pool
    kind = pool.connection_class

    class Packed(kind):  # type: ignore[misc,valid-type]
        def pack_command(self, *args: bytes | str | int | float) -> list[bytes]:
            """Raises redis-py's `DataError` for what is none of these."""
            return _SERIALIZER.pack(*args)  # type: ignore[no-any-return]

    pool.connection_class = Packed
    return client
