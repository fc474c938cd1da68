"""An attachment's bytes, brought to Meta: from the department by certificate number, or from our own address."""

from __future__ import annotations

import httpx

from connectors.department import Department
from connectors.errors import GatewayError, RenderError
from connectors.parts import Parts
from connectors.texts import name_of_file
from connectors.whatsapp.graph import Graph
from connectors.whatsapp.render import Uploaded
from runtime.records import Attachment

BYTES = 16 * 1024 * 1024


class Attachments:
    """Uploads what is to be sent."""

    def __init__(self, parts: Parts, graph: Graph) -> None:
        self._parts = parts
        self._graph = graph
        self._department = Department(parts)

    async def upload(self, attachment: Attachment, phone_number_id: str) -> Uploaded:
        """The file at Meta. Raises `DepartmentError`, `GraphError`, `RenderError` or another `GatewayError`."""
        if attachment.certificate:
            data = await self._department.certificate(attachment.certificate)
        else:
            data = await self._ours(attachment.url)
        name = name_of_file(attachment.name) or "certificate.pdf"
        identifier = await self._graph.upload(phone_number_id, data, attachment.mime, name)
        return Uploaded(identifier, attachment.mime, name)

    async def _ours(self, url: str) -> bytes:
        """A file of this gateway; no other address is ever fetched on an outbox's word."""
        settings = self._parts.settings
        if not url.startswith(settings.public_url + "/"):
            raise RenderError("an attachment of a foreign address")
        local = f"http://127.0.0.1:{settings.port}" + url.removeprefix(settings.public_url)
        host = httpx.URL(settings.public_url).netloc.decode("ascii")
        try:
            answer = await self._parts.http.get(local, headers={"Host": host}, follow_redirects=False)
        except httpx.HTTPError as error:
            raise GatewayError("an attachment of ours did not come") from error
        if answer.status_code != 200 or len(answer.content) > BYTES:
            raise RenderError(f"an attachment of ours answers {answer.status_code}")
        return answer.content
