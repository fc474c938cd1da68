"""The gateway's calls to the Department API: signed, and with their failures as one kind of error."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from connectors.errors import DepartmentError
from connectors.parts import Parts
from runtime import signing

TIMEOUT = httpx.Timeout(15.0, connect=3.0)
PDF_BYTES = 10 * 1024 * 1024
PROOF_BYTES = 16 * 1024


class Department:
    """What the gateway needs of a department: certificates, keys, status lists."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def certificate(self, number: str) -> bytes:
        """A certificate's PDF, for a sender that delivers it. Raises `DepartmentError`."""
        if not number.isascii() or not all(c.isalnum() or c in "-._" for c in number):
            raise DepartmentError(404, "not_found")
        async with self._call("GET", f"/certificates/{number}/pdf") as answer:
            return await _all(answer, PDF_BYTES)

    async def redeem(self, token: str, browser: str) -> tuple[bytes, str]:
        """The PDF behind a one-time token, and its name; the same `browser` may repeat it. Raises `DepartmentError`."""
        body = json.dumps({"token": token, "browser": browser}).encode()
        async with self._call("POST", "/certificates/redeem", body) as answer:
            name = answer.headers.get("x-file-name") or _name(answer.headers.get("content-disposition", ""))
            return await _all(answer, PDF_BYTES), name

    async def proof(self, token: str) -> str:
        """What the code of a proof says, while it is good. Raises `DepartmentError`."""
        async with self._call("GET", f"/certificates/proofs/{token}") as answer:
            data = await _all(answer, PROOF_BYTES)
        try:
            return str(json.loads(data)["text"])
        except (ValueError, KeyError, TypeError) as error:
            raise DepartmentError(0) from error

    async def public(self, path: str, limit: int) -> tuple[bytes, str]:
        """A public document (keys, status list) and its type. Raises `DepartmentError`."""
        async with self._call("GET", path) as answer:
            return await _all(answer, limit), answer.headers.get("content-type", "application/octet-stream")

    @asynccontextmanager
    async def _call(self, method: str, path: str, body: bytes = b"") -> AsyncIterator[httpx.Response]:
        settings = self._parts.settings
        url = httpx.URL(settings.departments_url + path)
        signed = url.raw_path.decode("ascii")
        headers = signing.headers(settings.department_secret, method, signed, body, self._parts.clock())
        if body:
            headers["Content-Type"] = "application/json"
        request = self._parts.http.build_request(method, url, content=body or None, headers=headers, timeout=TIMEOUT)
        try:
            answer = await self._parts.http.send(request, stream=True, follow_redirects=False)
        except httpx.HTTPError as error:
            raise DepartmentError(0) from error
        try:
            if answer.status_code != 200:
                raise DepartmentError(answer.status_code)
            yield answer
        except httpx.HTTPError as error:
            raise DepartmentError(0) from error
        finally:
            await answer.aclose()


async def _all(answer: httpx.Response, limit: int) -> bytes:
    data = bytearray()
    async for chunk in answer.aiter_bytes():
        data += chunk
        if len(data) > limit:
            raise DepartmentError(0, "too_large")
    return bytes(data)


def _name(disposition: str) -> str:
    """The file name of a Content-Disposition header, or an empty text."""
    _, found, rest = disposition.partition("filename=")
    name = rest.split(";")[0].strip().strip('"') if found else ""
    return "".join(c for c in name if c.isalnum() or c in "-_. ")[:100]
