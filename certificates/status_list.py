"""The signed list that says which certificates no longer hold: two bits each, after IETF's Token Status List.

0 valid, 1 revoked, 2 suspended, 3 superseded. Checking downloads the whole list, so nobody learns which certificate was
looked at. A CWT in a COSE_Sign1 of type `application/statuslist+cwt`: 2 name of the list, 4 expiry, 6 issued at,
65533 {"bits": 2, "lst": deflated bits}, 65534 seconds to live. A department writes indices one after the other; an
index that a list made *after* the certificate does not reach was never given out, which a stolen key cannot hide.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from certificates import cbor, cose
from certificates.credential import StatusRef, inflate
from certificates.errors import Malformed
from certificates.keys import KeySet, SigningKey

STATUSES: Final = ("valid", "revoked", "suspended", "superseded")
TYPE: Final = "application/statuslist+cwt"
TIME_TO_LIVE: Final = 24 * 3600
"""Seconds a list may be relied on. A checking page fetches it anew whenever it is online."""
SIZE_LIMIT: Final = 4 << 20
"""Bytes of bits: sixteen million certificates."""
_SUBJECT, _EXPIRES, _ISSUED, _LIST, _TTL = 2, 4, 6, 65533, 65534


def name(department: str, list_: int) -> str:
    """Name of a list in the address `/status/{name}`."""
    return f"{department}-{list_}"


@dataclass(frozen=True)
class StatusList:
    """A list as read. `size` is the count of certificates it speaks of; `issued_at` seconds since 1970."""

    name: str
    issued_at: int
    time_to_live: int
    size: int
    bits: bytes

    def status(self, ref: StatusRef) -> str | None:
        """None: the index was not given out when the list was made."""
        if ref.index >= self.size:
            return None
        return STATUSES[self.bits[ref.index // 4] >> (2 * (ref.index % 4)) & 3]

    def age(self, now: int) -> int:
        return max(0, now - self.issued_at)


def make(
    list_name: str, size: int, exceptions: Mapping[int, str], key: SigningKey, at: datetime, ttl: int = TIME_TO_LIVE
) -> bytes:
    """Sign a list of `size` certificates, all valid but the `exceptions` (index → status)."""
    bits = bytearray((size + 3) // 4)
    for index, status in exceptions.items():
        if not 0 <= index < size:
            raise ValueError(f"index {index} is outside the list")
        bits[index // 4] |= STATUSES.index(status) << (2 * (index % 4))
    issued = int(at.timestamp())
    claims: dict[int, Any] = {
        _SUBJECT: list_name,
        _EXPIRES: issued + ttl,
        _ISSUED: issued,
        _LIST: {"bits": 2, "lst": zlib.compress(bytes(bits), 9), "size": size},
        _TTL: ttl,
    }
    return cose.sign(cbor.encode(claims), key, TYPE)


def read(data: bytes, keys: KeySet) -> StatusList:
    """Verify and open a list. Raises `Malformed`: also for an unknown, foreign or withdrawn key."""
    if len(data) > SIZE_LIMIT:
        raise Malformed("size")
    message = cose.parse(data)
    key = keys.find(message.kid)
    if message.type != TYPE or key is None or not message.verify(key.public):
        raise Malformed("status_list_signature")
    claims = cbor.decode(message.payload)
    if not isinstance(claims, dict) or set(claims) != {_SUBJECT, _EXPIRES, _ISSUED, _LIST, _TTL}:
        raise Malformed("status_list_claims")
    subject, issued, ttl, body = claims[_SUBJECT], claims[_ISSUED], claims[_TTL], claims[_LIST]
    if not (isinstance(subject, str) and isinstance(body, dict) and set(body) == {"bits", "lst", "size"}):
        raise Malformed("status_list_claims")
    size, packed = body["size"], body["lst"]
    if body["bits"] != 2 or not isinstance(packed, bytes) or not _naturals(size, issued, ttl):
        raise Malformed("status_list_claims")
    if subject.rpartition("-")[0] != key.department or not key.counts_at(issued):
        raise Malformed("status_list_signature")
    bits = inflate(packed, SIZE_LIMIT)
    if len(bits) != (size + 3) // 4:
        raise Malformed("status_list_claims")
    return StatusList(subject, issued, ttl, size, bits)


def _naturals(*values: Any) -> bool:
    return all(isinstance(value, int) and 0 <= value < 1 << 53 for value in values)
