"""Token buckets in Redis, shared by all processes. One script; the time is the caller's clock."""

from __future__ import annotations

from redis.asyncio import Redis

from connectors.parts import Rate

LUA_BUCKET = """
local function take(key, burst, rate, now)
  local kept = redis.call('HMGET', key, 'tokens', 'at')
  local tokens, at = tonumber(kept[1]) or burst, tonumber(kept[2]) or now
  if now > at then tokens = math.min(burst, tokens + (now - at) * rate); at = now end
  local wait = 0
  if tokens >= 1 then tokens = tokens - 1 else wait = (1 - tokens) / rate end
  redis.call('HSET', key, 'tokens', tostring(tokens), 'at', tostring(at))
  redis.call('PEXPIRE', key, math.ceil((burst / rate + 1) * 1000))
  return wait
end
"""
"""`take(key, burst, rate, now)`: 0 when a token was taken, else the seconds until there is one."""

_TAKE = LUA_BUCKET + "return tostring(take(KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])))"


class Buckets:
    """Takes tokens from buckets that are named by their Redis keys."""

    def __init__(self, redis: Redis) -> None:
        self._take = redis.register_script(_TAKE)

    async def take(self, key: str, rate: Rate, now: float) -> float:
        """Takes one token. Returns 0, or how many seconds to wait before asking again (nothing was taken then)."""
        return float(await self._take(keys=[key], args=[rate.burst, rate.per_second, now]))
