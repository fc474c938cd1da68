"""What workers have said to people on WhatsApp, taken from the outboxes as they grow (they keep a few hundred)."""

from __future__ import annotations

import threading

import redis

from runtime.codec import Codec
from runtime.records import Outbound


class Outboxes:
    """Follows every WhatsApp conversation's outbox in a thread until `stop`; a Redis that is away is waited for."""

    def __init__(self, client: redis.Redis, codec: Codec) -> None:
        self._client = client
        self._codec = codec
        self._last: dict[bytes, bytes] = {}
        self._said: dict[bytes, list[Outbound]] = {}
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        threading.Thread(target=self._follow, daemon=True).start()

    def stop(self) -> None:
        self._stopped.set()

    def conversations(self) -> list[list[Outbound]]:
        """Everything said so far, a list a conversation. Raises Redis' errors."""
        with self._lock:
            self._read()
            return [list(said) for said in self._said.values()]

    def _follow(self) -> None:
        while not self._stopped.wait(1.0):
            try:
                with self._lock:
                    self._read()
            except redis.RedisError:
                continue

    def _read(self) -> None:
        for name in self._client.scan_iter("sahayak:*:out:a-*", count=1000):
            for entry, fields in self._client.xrange(name, min=b"(" + self._last.get(name, b"0-0")):
                self._said.setdefault(name, []).append(self._read_entry(name, fields[b"m"]))
                self._last[name] = entry

    def _read_entry(self, name: bytes, raw: bytes) -> Outbound:
        return Outbound.from_json(self._codec.read(raw, name.decode()))
