"""Request bodies, read no further than they may be long, and never put on a disk in clear."""

from __future__ import annotations

import json
from typing import Any

from fastapi import Request
from starlette.datastructures import FormData
from starlette.formparsers import MultiPartException, MultiPartParser

from connectors.errors import Refusal


async def read_body(request: Request, limit: int) -> bytes:
    """The raw body, of at most `limit` bytes. Raises `Refusal` 413, whatever length the header claims."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise Refusal(413, "too_large")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise Refusal(413, "too_large")
    return bytes(body)


async def read_object(request: Request, limit: int, *, may_be_empty: bool = False) -> dict[str, Any]:
    """A JSON object as the body. Raises `Refusal` 400 for anything else."""
    body = await read_body(request, limit)
    if may_be_empty and not body.strip():
        return {}
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Refusal(400, "bad_request") from error
    if not isinstance(data, dict):
        raise Refusal(400, "bad_request")
    return data


async def read_form(request: Request, limit: int) -> FormData:
    """A form with at most one file, kept in memory: the parser's own way is to spool a larger file to the disk.

    The caller closes it. Raises `Refusal` 400 for anything else.
    """
    parser = MultiPartParser(request.headers, request.stream(), max_files=1, max_fields=8)
    parser.spool_max_size = limit
    try:
        return await parser.parse()
    except MultiPartException as error:
        raise Refusal(400, "bad_request") from error
