"""Messages that were given up after five attempts: listed, looked at with personal numbers masked, run again, dropped.

    python -m runtime.operating.dead list | show ID | replay ID… | replay all | drop ID…
    python -m runtime.operating.dead undelivered

A replayed message goes to the end of its conversation's queue, once; the person has been told already that the first
try failed. What WhatsApp did not take (`undelivered`) is listed by id and code; its text is not kept.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from runtime import keys
from runtime.codec import Codec
from runtime.envelopes import Sealer
from runtime.errors import SahayakError, StartError
from runtime.masking import mask
from runtime.operating.access import opened, settings
from runtime.records import Inbound

_REPLAY = """
if redis.call('XDEL', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('XADD', KEYS[2], '*', 'm', ARGV[2])
return 1
"""


@dataclass(frozen=True)
class Dead:
    """One message given up. `id` is `<partition>/<entry>`; `raw` the `Inbound` as it was stored."""

    id: str
    why: str
    at: float
    inbound: Inbound
    raw: bytes

    @property
    def partition(self) -> int:
        return int(self.id.partition("/")[0])

    @property
    def entry(self) -> str:
        return self.id.partition("/")[2]


class DeadLetters:
    """The dead-letter streams of all partitions."""

    def __init__(self, redis: Any, sealer: Sealer) -> None:
        self._redis = redis
        self._sealer = sealer

    def all(self) -> Iterator[Dead]:
        for number in range(keys.PARTITIONS):
            for entry, fields in self._redis.xrange(keys.dead(number)):
                raw = self._sealer.open(fields[b"m"], keys.dead(number))
                yield Dead(
                    id=f"{number}/{entry.decode()}",
                    why=fields[b"why"].decode(),
                    at=float(fields[b"at"]),
                    inbound=Inbound.from_json(raw),
                    raw=raw,
                )

    def find(self, wanted: str) -> Dead:
        """Raises `StartError` if there is none."""
        for one in self.all():
            if one.id == wanted:
                return one
        raise StartError(f"There is no message {wanted}; `list` shows those there are.")

    def replay(self, one: Dead) -> bool:
        """Puts it back into its queue; False if another command was first."""
        names = [keys.dead(one.partition), keys.inbox(one.partition)]
        entry = Codec(self._sealer).write(one.raw.decode(), keys.inbox(one.partition))
        return bool(self._redis.eval(_REPLAY, 2, *names, one.entry, entry))

    def drop(self, one: Dead) -> None:
        self._redis.xdel(keys.dead(one.partition), one.entry)


def shown(one: Dead) -> str:
    """All of a message that may be looked at: numbers masked, a file by its form alone."""
    inbound = one.inbound
    values: dict[str, Any] = {
        "id": one.id,
        "given_up": moment(one.at),
        "why": one.why,
        "conversation": inbound.conversation,
        "channel": inbound.channel,
        "kind": inbound.kind,
        "sent": moment(inbound.at),
        "text": mask(inbound.text),
        "choice": mask(inbound.choice),
        "event": json.loads(mask(json.dumps(dict(inbound.event), ensure_ascii=False))),
        "file": {"mime": inbound.file.mime, "size": inbound.file.size, "problem": inbound.file.problem}
        if inbound.file
        else None,
    }
    return json.dumps({key: value for key, value in values.items() if value}, ensure_ascii=False, indent=2)


def moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat(timespec="seconds")


def undelivered(redis: Any) -> Iterator[str]:
    """A line for each message that could not be delivered."""
    for number in range(keys.PARTITIONS):
        for _, fields in redis.xrange(keys.undeliverable(number)):
            told = {key.decode(): value.decode() for key, value in fields.items()}
            yield "  ".join(f"{key}={value}" for key, value in sorted(told.items()))


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m runtime.operating.dead", description="Messages given up.")
    parser.add_argument("command", choices=("list", "show", "replay", "drop", "undelivered"))
    parser.add_argument("ids", nargs="*", metavar="ID")
    options = parser.parse_args(arguments)
    try:
        found = settings()
        with opened(found) as redis:
            run(options.command, options.ids, redis, DeadLetters(redis, Sealer.under(found.data_dir)))
    except SahayakError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def run(command: str, ids: list[str], redis: Any, letters: DeadLetters) -> None:
    """Does one command and prints what it did. Raises `StartError`."""
    if command == "undelivered":
        for line in undelivered(redis):
            print(line)
        return
    if command == "list":
        found = list(letters.all())
        for one in found:
            print(f"{one.id:28} {moment(one.at)}  {one.inbound.channel:9} {one.inbound.kind:12} {one.why}")
        print(f"{len(found)} messages given up.")
        return
    if not ids:
        raise StartError(f"Say which message: {command} ID (`list` shows the ids).")
    if command == "show":
        for wanted in ids:
            print(shown(letters.find(wanted)))
        return
    chosen = list(letters.all()) if ids == ["all"] and command == "replay" else [letters.find(one) for one in ids]
    for one in chosen:
        if command == "replay":
            print(f"{one.id} {'runs again' if letters.replay(one) else 'was taken by another command'}")
        else:
            letters.drop(one)
            print(f"{one.id} dropped")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
