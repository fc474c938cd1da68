"""Calls to Meta's Graph API. One method a call; retrying, pacing and judging errors are the callers' matter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from connectors.errors import GatewayError
from runtime.settings import WhatsApp

TIMEOUT = httpx.Timeout(20.0, connect=5.0)


class GraphError(GatewayError):
    """Meta refused a call: its error `code` and the HTTP `status`."""

    def __init__(self, code: int, status: int) -> None:
        super().__init__(f"meta refused with code {code}, status {status}")
        self.code = code
        self.status = status


class GraphUnreachable(GatewayError):
    """No connection came about: the call has certainly had no effect."""


class GraphSilent(GatewayError):
    """The call went out and no answer came: it may have had its effect."""


@dataclass(frozen=True)
class MediaPlace:
    """Where a file can be fetched for some minutes. `sha256`: hexadecimal or base64, as given; `size`: bytes."""

    url: str
    mime: str
    sha256: str
    size: int


class Graph:
    """The Cloud API of one WhatsApp Business account."""

    def __init__(self, http: httpx.AsyncClient, access: WhatsApp) -> None:
        self._http = http
        self._access = access

    async def send(self, phone_number_id: str, payload: Mapping[str, Any]) -> str:
        """Sends one message and returns Meta's id of it."""
        answer = await self._call(
            "POST", f"{phone_number_id}/messages", json={"messaging_product": "whatsapp", **payload}
        )
        messages = answer.get("messages")
        if isinstance(messages, list) and messages and isinstance(messages[0], dict):
            return str(messages[0].get("id", ""))
        return ""

    async def read(self, phone_number_id: str, message_id: str) -> None:
        """Marks a message as read and shows that an answer is being written (until it comes, at most 25 s)."""
        payload = {"messaging_product": "whatsapp", "status": "read", "message_id": message_id}
        await self._call("POST", f"{phone_number_id}/messages", json=payload | {"typing_indicator": {"type": "text"}})

    async def upload(self, phone_number_id: str, data: bytes, mime: str, name: str) -> str:
        """Stores a file at Meta (for 30 days) and returns its id."""
        form = {"messaging_product": "whatsapp", "type": mime}
        answer = await self._call("POST", f"{phone_number_id}/media", data=form, files={"file": (name, data, mime)})
        return str(answer.get("id", ""))

    async def locate(self, media_id: str, phone_number_id: str) -> MediaPlace:
        """The short-lived address of a received file."""
        query = {"phone_number_id": phone_number_id} if phone_number_id else {}
        answer = await self._call("GET", media_id, params=query)
        size = answer.get("file_size")
        return MediaPlace(
            url=str(answer.get("url", "")),
            mime=str(answer.get("mime_type", "")),
            sha256=str(answer.get("sha256", "")),
            size=int(size) if isinstance(size, int | str) and str(size).isdigit() else 0,
        )

    async def _call(self, method: str, path: str, **arguments: Any) -> dict[str, Any]:
        try:
            answer = await self._http.request(
                method,
                f"{self._access.graph_url}/{path}",
                headers=self.authorisation,
                timeout=TIMEOUT,
                follow_redirects=False,
                **arguments,
            )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise GraphUnreachable("no connection to meta") from error
        except httpx.HTTPError as error:
            raise GraphSilent("no answer from meta") from error
        try:
            data = answer.json()
        except ValueError:
            data = {}
        data = data if isinstance(data, dict) else {}
        if answer.status_code >= 300 or "error" in data:
            problem = data.get("error")
            code = problem.get("code") if isinstance(problem, dict) else None
            raise GraphError(code if isinstance(code, int) else -1, answer.status_code)
        return data

    @property
    def authorisation(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._access.access_token}"}
