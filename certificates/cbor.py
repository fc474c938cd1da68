"""Strict reader and deterministic writer for the part of CBOR (RFC 8949) that our credentials use.

Integers of at most 64 bits, byte strings, text, arrays, maps and tag 18 at the very top; shortest forms only, definite
lengths only, map keys in bytewise order and never twice, nothing left over. Anything else is `Malformed`. Everything
accepted has exactly one encoding, so the JavaScript reader of the checking page accepts the same bytes.
The writer is cbor2's canonical one, checked by reading back.
"""

from __future__ import annotations

from typing import Any, Final

import cbor2

from certificates.errors import Malformed

MAX_DEPTH: Final = 6
COSE_SIGN1: Final = 18


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, count: int) -> bytes:
        if count > len(self.data) - self.at:
            raise Malformed("cbor_truncated")
        chunk = self.data[self.at : self.at + count]
        self.at += count
        return chunk

    def head(self) -> tuple[int, int]:
        first = self.take(1)[0]
        major, info = first >> 5, first & 31
        if info < 24:
            return major, info
        if info > 27:
            raise Malformed("cbor_length")
        width = 1 << (info - 24)
        value = int.from_bytes(self.take(width), "big")
        if value < (24 if width == 1 else 1 << (4 * width)):
            raise Malformed("cbor_not_shortest")
        return major, value

    def item(self, depth: int) -> Any:
        if depth > MAX_DEPTH:
            raise Malformed("cbor_depth")
        major, value = self.head()
        if major == 0:
            return value
        if major == 1:
            return -1 - value
        if major == 2:
            return self.take(value)
        if major == 3:
            try:
                return self.take(value).decode("utf-8")
            except UnicodeDecodeError as error:
                raise Malformed("cbor_utf8") from error
        if major == 4:
            return [self.item(depth + 1) for _ in range(self._count(value))]
        if major == 5:
            return self._map(self._count(value), depth)
        raise Malformed("cbor_type")

    def _count(self, value: int) -> int:
        if value > len(self.data) - self.at:
            raise Malformed("cbor_truncated")
        return value

    def _map(self, count: int, depth: int) -> dict[int | str, Any]:
        result: dict[int | str, Any] = {}
        previous = b""
        for _ in range(count):
            start = self.at
            key = self.item(depth + 1)
            encoded = self.data[start : self.at]
            if not isinstance(key, (int, str)):
                raise Malformed("cbor_key_type")
            if encoded <= previous:
                raise Malformed("cbor_key_order")
            previous = encoded
            result[key] = self.item(depth + 1)
        return result


def decode(data: bytes, tag: int | None = None) -> Any:
    """The one item that `data` is; `tag` must then be its outermost tag. Raises `Malformed`."""
    reader = _Reader(data)
    if tag is not None and reader.head() != (6, tag):
        raise Malformed("cbor_tag")
    item = reader.item(1)
    if reader.at != len(data):
        raise Malformed("cbor_trailing")
    return item


def encode(item: Any, tag: int | None = None) -> bytes:
    """Deterministic encoding of plain Python data, optionally tagged."""
    data: bytes = cbor2.dumps(item if tag is None else cbor2.CBORTag(tag, item), canonical=True)
    decode(data, tag)
    return data
