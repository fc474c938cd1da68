"""`python -m runtime.operating.rotation`: a new wrapping key for files and all that Redis keeps, while it all runs.

Data keys are wrapped anew; what they encrypt is not touched. What somebody changes at the same moment is left to them,
who seal with the newest key anyway. Entries of queues are not touched either: they leave by themselves, and how many
still need an older key is told. The departments' columns have keys and a command of their own (`departments.sealing`).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from runtime import keys
from runtime.codec import Codec
from runtime.envelopes import Sealer, is_sealed
from runtime.errors import SahayakError
from runtime.operating.access import opened, settings
from runtime.vault import Vault

PAGE = 500
QUEUES = (keys.inbox, keys.sendbox, keys.fetchbox, keys.parcels)

_VALUE = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'KEEPTTL')
return 1
"""
_FIELD = """
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
"""
_FIRST = """
if redis.call('LINDEX', KEYS[1], 0) ~= ARGV[1] then return 0 end
redis.call('LSET', KEYS[1], 0, ARGV[2])
return 1
"""
_STREAM = """
local new = {}
for i = 1, #ARGV, 2 do new[ARGV[i]] = ARGV[i + 1] end
local entries, left = redis.call('XRANGE', KEYS[1], '-', '+'), redis.call('PTTL', KEYS[1])
redis.call('DEL', KEYS[1])
for _, entry in ipairs(entries) do
  local id, fields = entry[1], entry[2]
  for i = 1, #fields, 2 do
    if fields[i] == 'm' and new[id] then fields[i + 1] = new[id] end
  end
  redis.call('XADD', KEYS[1], id, unpack(fields))
end
if left > 0 then redis.call('PEXPIRE', KEYS[1], left) end
return #entries
"""
"""An entry cannot be changed, but a stream that nobody reads in a group can be written anew under the same ids."""


class Rotation:
    """Brings what one Redis keeps under the newest key, sealing what an earlier version left in clear."""

    def __init__(self, redis: Any, sealer: Sealer) -> None:
        self._redis = redis
        self._sealer = sealer
        self._codec = Codec(sealer)

    def states(self) -> int:
        """Each of these returns how many it changed: here, conversations."""
        count = 0
        for key in self._all("state"):
            name, raw = key.decode(), self._redis.get(key)
            if raw is not None:
                new = self._sealer.rewrap(raw, name) if is_sealed(raw) else self._sealer.seal(raw, name)
                count += 0 if new is None else int(self._redis.eval(_VALUE, 1, key, raw, new))
        return count

    def records(self) -> int:
        """Contacts, files' references, replies, sentences, messages given up."""
        return self._contacts() + self._files() + self._streams()

    def waiting(self) -> int:
        """Entries of queues that need an older key."""
        return sum(
            not self._codec.current(fields[b"m"])
            for queue in QUEUES
            for number in range(keys.PARTITIONS)
            for _, fields in self._redis.xrange(queue(number))
        )

    def _contacts(self) -> int:
        count = 0
        for key in self._all("contact"):
            for field in keys.CONTACT_SEALED:
                raw = self._redis.hget(key, field)
                new = self._codec.anew(raw, keys.contact_field(key.decode(), field)) if raw else None
                count += 0 if new is None else int(self._redis.eval(_FIELD, 1, key, field, raw, new))
        return count

    def _files(self) -> int:
        count = 0
        for key in self._all("media"):
            raw = self._redis.lindex(key, 0)
            new = self._codec.anew(raw, key.decode()) if raw else None
            count += 0 if new is None else int(self._redis.eval(_FIRST, 1, key, raw, new))
        return count

    def _streams(self) -> int:
        count = sum(self._stream(key.decode(), self._codec.anew) for key in self._all("out"))
        for number in range(keys.PARTITIONS):
            count += self._stream(keys.archive(number), self._codec.anew)
            count += self._stream(keys.dead(number), self._sealer.rewrap)
        return count

    def _stream(self, name: str, anew: Callable[[bytes, str], str | bytes | None]) -> int:
        changed: list[str | bytes] = []
        for entry, fields in self._redis.xrange(name):
            new = anew(fields[b"m"], name)
            changed += [] if new is None else [entry, new]
        if changed:
            self._redis.eval(_STREAM, 1, name, *changed)
        return len(changed) // 2

    def _all(self, kind: str) -> Any:
        return self._redis.scan_iter(match=f"{keys.PREFIX}:{{*}}:{kind}:*", count=PAGE)


def main() -> int:
    try:
        found = settings()
        with opened(found) as redis:
            files = Vault(found.data_dir).rotate()
            rotation = Rotation(redis, Sealer.under(found.data_dir))
            states, records, waiting = rotation.states(), rotation.records(), rotation.waiting()
    except SahayakError as error:
        print(error, file=sys.stderr)
        return 1
    print(
        f"A new key is in force; {files} stored files, {states} conversations and {records} other records were wrapped "
        f"with it. {waiting} messages on their way need an older one until they have gone."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
