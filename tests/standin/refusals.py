"""What Meta refuses, as its error answers."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """An error answer: Meta's code with the HTTP status that goes with it."""

    def __init__(self, code: int, detail: str, status: int = 400) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.status = status

    def answer(self) -> dict[str, Any]:
        return {
            "error": {
                "message": f"(#{self.code}) {self.detail}",
                "type": "OAuthException",
                "code": self.code,
                "error_data": {"messaging_product": "whatsapp", "details": self.detail},
                "fbtrace_id": "AStandInTrace",
            }
        }


def demand(holds: bool, detail: str, code: int = 100) -> None:
    """Refuses with `code` unless `holds`."""
    if not holds:
        raise Refused(code, detail)
