"""What can go wrong in the gateway.

    GatewayError
    ├── Refusal            the person (or program) is told: a code, and a sentence of `catalogue/messages/gateway.yml`
    ├── StoreUnavailable   Redis cannot take a message now; the sender of the request is to try again (503)
    ├── FetchError         a file of WhatsApp could not be fetched; `final` says whether trying again is of use
    ├── RenderError        an `Outbound` has no form that WhatsApp takes
    ├── DepartmentError    the department's server refused or did not answer
    └── TemplateError      `catalogue/templates.yml` is wrong; the message is for its editor

Messages never hold personal values, so they may be logged.
"""

from __future__ import annotations

from collections.abc import Mapping


class GatewayError(Exception):
    """Root of everything that `connectors` raises on purpose."""


class Refusal(GatewayError):
    """A request is not taken. `code` is for programs; the sentence's key is `gateway_<code>`."""

    def __init__(
        self, status: int, code: str, *, values: Mapping[str, str] | None = None, retry_after: int = 0
    ) -> None:
        super().__init__(f"refused: {status} {code}")
        self.status = status
        self.code = code
        self.values = dict(values or {})
        self.retry_after = retry_after


class StoreUnavailable(GatewayError):
    """Redis is away, or cannot write."""


class FetchError(GatewayError):
    """A media file did not arrive. `final`: it never will."""

    def __init__(self, reason: str, *, final: bool) -> None:
        super().__init__(f"media not fetched: {reason}")
        self.reason = reason
        self.final = final


class RenderError(GatewayError):
    """An `Outbound` cannot be put into a message that WhatsApp takes."""


class DepartmentError(GatewayError):
    """A call to the Department API failed. `status` is its HTTP status, 0 when there was no answer."""

    def __init__(self, status: int, code: str = "") -> None:
        super().__init__(f"the department answered {status} {code}".rstrip())
        self.status = status
        self.code = code


class TemplateError(GatewayError):
    """A message template breaks a rule of Meta's or of ours."""
