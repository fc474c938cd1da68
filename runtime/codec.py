"""How a record stands in Redis: pressed, sealed, written as text, and bound to the key where it belongs.

Queues, kept replies, files' references, contacts and sentences all go through here, so that who reads Redis, its
append-only file or a backup of it without our keys reads nothing that a person said. Text, since some clients take
every answer for text; a longer one pressed, so that it takes no more room than it did in clear. What an earlier version
wrote in clear is read as it stands.
"""

from __future__ import annotations

import base64
import zlib
from pathlib import Path

from runtime.envelopes import RECORD, Sealer, is_sealed
from runtime.errors import SealBroken

_LONG = 400
"""Bytes from which on pressing is worth its time."""
_PRESSED, _PLAIN = b"\1", b"\0"
_QUICK, _WINDOW, _MEMORY = 1, 12, 4
"""A small window: setting up zlib's usual one costs more than pressing a record."""
_MARK = base64.b64encode(RECORD).decode()
"""Three bytes are four letters, so the record's mark is seen without decoding it; no JSON begins so."""


class Codec:
    """Writes and reads records under the keys of one data directory."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    @classmethod
    def under(cls, data_dir: Path) -> Codec:
        """With the keys of this data directory."""
        return cls(Sealer.under(data_dir))

    def write(self, plain: str, name: str) -> str:
        """The record for the place `name`: a key in Redis, or what stands for it alone."""
        data = plain.encode()
        return _text(self._sealer.seal(_pressed(data) if len(data) >= _LONG else _PLAIN + data, name))

    def read(self, raw: str | bytes, name: str) -> str:
        """What was written for this place. Raises `SealBroken`."""
        text = raw if isinstance(raw, str) else raw.decode()
        if not text.startswith(_MARK):
            return text
        try:
            data = self._sealer.open(_bytes(text), name)
            return (zlib.decompress(data[1:], -_WINDOW) if data[:1] == _PRESSED else data[1:]).decode()
        except (ValueError, zlib.error) as error:
            raise SealBroken("a stored record is damaged") from error

    def anew(self, raw: str | bytes, name: str) -> str | None:
        """The record with its data key under the newest key; None if it is so already. Raises `SealBroken`."""
        text = raw if isinstance(raw, str) else raw.decode()
        if not text.startswith(_MARK):
            return self.write(text, name)
        wrapped = self._sealer.rewrap(_bytes(text), name)
        return None if wrapped is None else _text(wrapped)

    def current(self, raw: str | bytes) -> bool:
        """Whether a record needs no key but the newest."""
        text = raw if isinstance(raw, str) else raw.decode()
        return not text.startswith(_MARK) or self._sealer.current(_bytes(text))


def _pressed(data: bytes) -> bytes:
    work = zlib.compressobj(_QUICK, zlib.DEFLATED, -_WINDOW, _MEMORY)
    return _PRESSED + work.compress(data) + work.flush()


def _text(sealed: bytes) -> str:
    return base64.b64encode(sealed).decode()


def _bytes(text: str) -> bytes:
    try:
        sealed = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise SealBroken("a stored record is damaged") from error
    if not is_sealed(sealed):
        raise SealBroken("a stored record is cut short")
    return sealed
