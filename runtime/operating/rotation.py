"""`python -m runtime.operating.rotation`: a new wrapping key for files and conversations, now, while everything runs.

Data keys are wrapped anew; what they encrypt is not touched. A conversation that a worker changes at the same moment is
left to that worker, which seals with the newest key anyway. The departments' columns have keys and a command of their
own (`departments.sealing`).
"""

from __future__ import annotations

import sys
from typing import Any

from runtime import keys
from runtime.envelopes import Sealer, is_sealed
from runtime.errors import SahayakError
from runtime.operating.access import opened, settings
from runtime.vault import Vault

_EXCHANGE = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'KEEPTTL')
return 1
"""
PAGE = 500


def rewrap_states(redis: Any, sealer: Sealer) -> int:
    """Wraps the data key of every conversation's state anew (sealing those that were not); returns how many."""
    count = 0
    for key in redis.scan_iter(match=f"{keys.PREFIX}:{{*}}:state:*", count=PAGE):
        name, raw = key.decode(), redis.get(key)
        if raw is None:
            continue
        new = sealer.rewrap(raw, name) if is_sealed(raw) else sealer.seal(raw, name)
        if new is not None:
            count += int(redis.eval(_EXCHANGE, 1, key, raw, new))
    return count


def main() -> int:
    try:
        found = settings()
        with opened(found) as redis:
            files = Vault(found.data_dir).rotate()
            states = rewrap_states(redis, Sealer.under(found.data_dir))
    except SahayakError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"A new key is in force; {files} stored files and {states} conversations were wrapped with it.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
