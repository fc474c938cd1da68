"""Rate limits by network address, for what anybody may ask before there is a conversation."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress

from fastapi import Request
from redis.exceptions import RedisError

from connectors.errors import Refusal, StoreUnavailable
from connectors.limits import Buckets
from connectors.parts import Parts, Rate
from runtime import keys


class Addresses:
    """Counts requests of an address (hashed; an IPv6 network of 64 bits counts as one)."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._buckets = Buckets(parts.redis)

    async def allow(self, request: Request, limit: str, rate: Rate) -> None:
        """Returns if the address has not asked too often. Raises `Refusal` 429, `StoreUnavailable`.

        Programs on this machine are not limited: behind a proxy that hands no addresses over, everybody would seem
        to be one of them, and one person could lock all others out.
        """
        network = network_of(request.client.host if request.client else "")
        if network is None:
            return
        hashed = hmac.new(self._parts.pepper, network.encode(), hashlib.sha256).hexdigest()[:24]
        try:
            wait = await self._buckets.take(f"{keys.PREFIX}:address:{limit}:{hashed}", rate, self._parts.clock())
        except (RedisError, OSError) as error:
            raise StoreUnavailable("redis does not answer") from error
        if wait > 0:
            self._parts.metrics.limited.labels(limit).inc()
            raise Refusal(429, "too_many_requests", retry_after=int(wait) + 1)


def network_of(host: str) -> str | None:
    """What counts as one address: an IPv4 address, or 64 bits of an IPv6 one. None: ourselves, or no address."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    address = mapped or address
    if address.is_loopback:
        return None
    if address.version == 6:
        return str(ipaddress.ip_network(f"{address}/64", strict=False).network_address)
    return str(address)
