"""Files of WhatsApp, fetched from Meta, checked and handed to the worker that waits for them.

Jobs are on `keys.fetchbox`; any number of fetchers may share them. A file's reference and the end of its job are one
script, so that a crash repeats a fetch and never loses or doubles one; of two that fetched the same, the second throws
its own away.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import json
import logging
from dataclasses import asdict

import httpx
from redis.exceptions import RedisError, ResponseError

from connectors.answers import Entries, entries, items
from connectors.errors import FetchError, GatewayError
from connectors.identity import WHATSAPP
from connectors.intake.examination import FILE_BYTES
from connectors.intake.taker import Taker
from connectors.parts import Parts
from connectors.whatsapp.graph import Graph, GraphError
from connectors.whatsapp.hosts import check
from connectors.whatsapp.receiver import FetchJob
from runtime import keys
from runtime.errors import SahayakError
from runtime.records import FileRef
from runtime.settings import WhatsApp

log = logging.getLogger(__name__)

KEPT_SECONDS = 8 * 24 * 3600
MEDIA_SECONDS = 7 * 24 * 3600
"""Ids from webhooks live that long at Meta."""
CLAIM_AFTER_MS = 90_000
AT_ONCE = 4
HAND_OVER_AGAIN_S = 1.0
_HAND_OVER = """
local place, stream = KEYS[1], KEYS[2]
local reference, kept, group, entry = unpack(ARGV)
local first = redis.call('LINDEX', place, 0)
if not first then
  redis.call('RPUSH', place, reference)
  redis.call('EXPIRE', place, kept)
end
redis.call('XACK', stream, group, entry)
redis.call('XDEL', stream, entry)
return (first or reference) == reference and 1 or 0
"""
DOWNLOAD = httpx.Timeout(15.0, connect=5.0)


class Fetcher:
    """Fetches until cancelled. `name` is this process's among the fetchers."""

    def __init__(self, parts: Parts, access: WhatsApp, taker: Taker, name: str) -> None:
        self._parts = parts
        self._access = access
        self._graph = Graph(parts.http, access)
        self._taker = taker
        self._name = name
        self._running: set[asyncio.Task[None]] = set()
        self._here: set[tuple[str, str]] = set()
        self._hand_over = parts.redis.register_script(_HAND_OVER)
        self._room = asyncio.Semaphore(AT_ONCE)

    async def run(self) -> None:
        streams = [keys.fetchbox(number) for number in range(keys.PARTITIONS)]
        try:
            while True:
                try:
                    await self._make_groups(streams)
                    await self._take_up(streams)
                    while True:
                        await self._adopt(streams)
                        await self._read(streams)
                except (RedisError, OSError) as error:
                    log.warning("the files to fetch cannot be read", extra={"why": type(error).__name__})
                    await asyncio.sleep(1.0)
        finally:
            for task in self._running:
                task.cancel()
            await asyncio.gather(*self._running, return_exceptions=True)

    async def _make_groups(self, streams: list[str]) -> None:
        for stream in streams:
            try:
                await self._parts.redis.xgroup_create(stream, keys.FETCHERS, id="0", mkstream=True)
            except ResponseError as error:
                if "BUSYGROUP" not in str(error):
                    raise

    async def _take_up(self, streams: list[str]) -> None:
        """What was handed to us in an answer that was lost."""
        answer = await self._parts.redis.xreadgroup(keys.FETCHERS, self._name, dict.fromkeys(streams, "0"))
        for stream, found in items(answer):
            await self._start(stream, found)

    async def _adopt(self, streams: list[str]) -> None:
        """Takes over what a fetcher that died had begun."""
        for stream in streams:
            answer = await self._parts.redis.xautoclaim(stream, keys.FETCHERS, self._name, CLAIM_AFTER_MS, count=10)
            await self._start(stream, entries(answer[1]))

    async def _read(self, streams: list[str]) -> None:
        for _ in range(20):
            answer = await self._parts.reader.xreadgroup(
                keys.FETCHERS, self._name, dict.fromkeys(streams, ">"), count=2, block=1000
            )
            for stream, found in items(answer):
                await self._start(stream, found)

    async def _start(self, stream: str, found: Entries) -> None:
        for entry, fields in found:
            if not fields or (stream, entry) in self._here:
                continue
            await self._room.acquire()
            self._here.add((stream, entry))
            task = asyncio.create_task(self._work(stream, entry, fields["m"]))
            self._running.add(task)
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._room.release()
        if not task.cancelled() and task.exception() is not None:
            log.error("a file could not be handled", exc_info=task.exception())

    async def _work(self, stream: str, entry: str, raw: str) -> None:
        try:
            job = FetchJob.from_json(self._parts.codec.read(raw, stream))
            reference = await self._fetch(job)
            place = keys.media(job.conversation, job.media.id)
            written = self._parts.codec.write(json.dumps(asdict(reference), ensure_ascii=False), place)
            if not await self._handed_over(place, stream, [written, KEPT_SECONDS, keys.FETCHERS, entry]):
                await asyncio.to_thread(self._taker.discard, reference)
        finally:
            self._here.discard((stream, entry))

    async def _handed_over(self, place: str, stream: str, arguments: list[str | int]) -> bool:
        """Whether this reference is the one that counts. A Redis that is away is waited for: the file is here."""
        while True:
            try:
                return bool(await self._hand_over(keys=[place, stream], args=arguments))
            except (RedisError, OSError) as error:
                log.warning("a file waits for redis", extra={"why": type(error).__name__})
                await asyncio.sleep(HAND_OVER_AGAIN_S)

    async def _fetch(self, job: FetchJob) -> FileRef:
        """The file's reference, with problem `not_received` if it cannot be had."""
        if self._parts.clock() - job.at > MEDIA_SECONDS:
            return self._taker.missing(job.media.name)
        for pause in (*self._parts.limits.fetch_pauses, None):
            try:
                data = await self.download(job)
                if len(data) > FILE_BYTES:
                    return FileRef("", "", job.media.mime, len(data), job.media.name, "", problem="too_large")
                return await self._taker.take(data, job.media.name, WHATSAPP)
            except (GatewayError, SahayakError) as error:
                final = isinstance(error, FetchError) and error.final
                log.info("a file was not fetched", extra={"why": str(error), "final": final or pause is None})
                if final or pause is None:
                    break
                await asyncio.sleep(pause)
        self._parts.metrics.files.labels(WHATSAPP, "other", "not_received").inc()
        return self._taker.missing(job.media.name)

    async def download(self, job: FetchJob) -> bytes:
        """The file's bytes (one more than the limit when it is larger). Raises `FetchError` or `GatewayError`."""
        try:
            place = await self._graph.locate(job.media.id, job.phone_number_id)
        except GraphError as error:
            # 404 and code 100: no such file (any more); a new attempt finds nothing either.
            raise FetchError(f"code {error.code}", final=error.status == 404 or error.code == 100) from error
        if place.size > FILE_BYTES:
            return b"\0" * (FILE_BYTES + 1)
        await check(place.url, self._access.graph_url)
        data = await self._bytes(place.url)
        if len(data) <= FILE_BYTES and not all(_same_hash(data, given) for given in (job.media.sha256, place.sha256)):
            raise FetchError("hash differs", final=False)
        return data

    async def _bytes(self, url: str) -> bytes:
        data = bytearray()
        try:
            async with self._parts.http.stream(
                "GET", url, headers=self._graph.authorisation, timeout=DOWNLOAD, follow_redirects=False
            ) as answer:
                if answer.status_code != 200:
                    raise FetchError(f"status {answer.status_code}", final=300 <= answer.status_code < 400)
                async for chunk in answer.aiter_bytes(64 * 1024):
                    data += chunk
                    if len(data) > FILE_BYTES:
                        break
        except httpx.HTTPError as error:
            raise FetchError(type(error).__name__, final=False) from error
        return bytes(data)


def _same_hash(data: bytes, given: str) -> bool:
    """Whether SHA-256 agrees with what Meta told: base64 in webhooks, hexadecimal in the Graph API; nothing: yes."""
    if not given:
        return True
    digest = hashlib.sha256(data)
    if len(given) == 64:
        return hmac.compare_digest(digest.hexdigest(), given.lower())
    try:
        return hmac.compare_digest(digest.digest(), base64.b64decode(given, validate=True))
    except (binascii.Error, ValueError):
        return False
