"""The QR code on the paper: `PUBLIC_URL/verify#<digits>`.

Any phone's camera opens the page, and what follows `#` never leaves the phone. The digits are the decimal number of the
bytes 0x01 + credential, written in QR's numeric mode (3.33 bits a digit, a tenth more than the bytes themselves).
Error correction Q; at least 50 mm and at least 0.55 mm a module, which matters more to phones than the level.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import qrcode
import qrcode.exceptions
from qrcode.util import QRData

from certificates.errors import CredentialTooLarge, Malformed

SIDE_MM: Final = 50.0
MODULE_MM: Final = 0.55
QUIET: Final = 4
NUMERIC: Final = 1
BYTES: Final = 4
"""Modes of segments (ISO/IEC 18004, table 2)."""
DIGITS_LIMIT: Final = 2000
TEXT_LIMIT: Final = 4096


@dataclass(frozen=True)
class Symbol:
    """Dark modules row by row, quiet zone not included. `side` is the edge in millimetres."""

    rows: tuple[tuple[bool, ...], ...]
    side: float

    @property
    def module(self) -> float:
        return self.side / len(self.rows)

    def strips(self) -> list[tuple[int, int, int]]:
        """Runs of dark modules as (row, column, length): what is drawn."""
        found = []
        for y, row in enumerate(self.rows):
            x = 0
            while x < len(row):
                end = x
                while end < len(row) and row[end]:
                    end += 1
                if end > x:
                    found.append((y, x, end - x))
                x = end + 1
        return found


def digits(data: bytes) -> str:
    return str(int.from_bytes(b"\x01" + data, "big"))


def text(data: bytes, public_url: str) -> str:
    return f"{public_url.rstrip('/')}/verify#{digits(data)}"


def read(scanned: str) -> bytes:
    """The credential's bytes in what a scanner read: a whole address or the digits alone. Raises `Malformed`.

    The address is not looked at: where a code points to says nothing about who signed it.
    """
    if len(scanned) > TEXT_LIMIT:
        raise Malformed("size")
    number = scanned.strip(" \t\r\n").rpartition("#")[2]
    if not number or len(number) > DIGITS_LIMIT or not (number.isascii() and number.isdigit()) or number[0] == "0":
        raise Malformed("qr_digits")
    value = int(number)
    data = value.to_bytes((value.bit_length() + 7) // 8, "big")
    if data[0] != 1 or len(data) < 2:
        raise Malformed("qr_digits")
    return data[1:]


def symbol(scanned: str) -> Symbol:
    """The code for a text as `text` makes it. Raises `CredentialTooLarge`."""
    address, hash_, number = scanned.partition("#")
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_Q, border=0)
    code.add_data(QRData((address + hash_).encode(), BYTES), optimize=0)
    code.add_data(QRData(number.encode(), NUMERIC), optimize=0)
    try:
        code.make(fit=True)
    except (ValueError, qrcode.exceptions.DataOverflowError) as error:
        raise CredentialTooLarge(len(number), DIGITS_LIMIT) from error
    rows = tuple(tuple(bool(cell) for cell in row) for row in code.modules)
    return Symbol(rows, max(SIDE_MM, MODULE_MM * len(rows)))
