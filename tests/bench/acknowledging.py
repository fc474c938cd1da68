"""How long Meta waits: signed webhooks at a fixed rate against one gateway process with its Redis, no worker beside it.

Open loop: a request is sent when its time has come, whether or not the one before was answered, so that a gateway that
falls behind shows in the figures.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import time
from pathlib import Path

import httpx

from runtime.redis_server import RedisServer
from tests.bench.measuring import cpu_seconds
from tests.conftest import ROOT, take_port, wait_for_socket
from tests.standin import bodies

RATE, SECONDS = 320, 10.0
CONNECTIONS = 64
SECRET, NUMBER = "an-app-secret-for-measuring-0123456789", "100200300"


def percentiles(folder: Path) -> tuple[float, float, int, float]:
    """(p50, p99) in milliseconds, how many were not answered 200, and the gateway's CPU for one in milliseconds."""
    server = RedisServer.under(folder, ROOT)
    server.prepare()
    port = take_port()
    environ = {
        **os.environ,
        "DATA_DIR": str(folder),
        "PORT": str(port),
        "DESK_PORT": str(take_port()),
        "REDIS_URL": server.url,
        "WHATSAPP_PHONE_NUMBER_ID": NUMBER,
        "WHATSAPP_ACCESS_TOKEN": "a-token-for-measuring-0123456789",
        "WHATSAPP_APP_SECRET": SECRET,
        "WHATSAPP_VERIFY_TOKEN": "a-verify-token-for-measuring",
        # Nobody listens there: nothing is marked as read but one message in five seconds.
        "WHATSAPP_GRAPH_URL": f"http://127.0.0.1:{take_port()}",
    }
    with open(folder / "log", "wb") as log:
        redis = subprocess.Popen(server.command(), stdout=log, stderr=log)
        gateway = None
        try:
            wait_for_socket(server.socket, redis)
            command = [str(ROOT / ".venv/bin/python"), "-m", "connectors", "--without-sender"]
            gateway = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=log, stderr=log)
            _wait(port)
            before = cpu_seconds(gateway.pid)
            middle, late, bad = asyncio.run(_load(port))
            return middle, late, bad, (cpu_seconds(gateway.pid) - before) * 1000 / (RATE * SECONDS)
        finally:
            for process in (gateway, redis):
                if process is not None:
                    process.terminate()
                    process.wait(10)


def _wait(port: int) -> None:
    limit = time.monotonic() + 60
    while True:
        try:
            httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=2)
            return
        except httpx.HTTPError:
            assert time.monotonic() < limit, "the gateway did not start"
            time.sleep(0.1)


def request(port: int, number: int) -> bytes:
    """A signed webhook with one message of one of a thousand people, as bytes on the line."""
    person = bodies.Person(phone=f"9198{number % 1000:08d}")
    message = bodies.message(person, f"wamid.bench.{number}", time.time(), "text", {"body": "I need a certificate"})
    value = bodies.value(NUMBER, contacts=[person.contact()], messages=[message])
    body = bodies.body(value)
    head = (
        f"POST /webhooks/whatsapp HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
        f"X-Hub-Signature-256: {bodies.signature(body, SECRET)}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _load(port: int) -> tuple[float, float, int]:
    ready = [request(port, number) for number in range(int(RATE * SECONDS))]
    free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
    for _ in range(CONNECTIONS):
        free.put_nowait(await asyncio.open_connection("127.0.0.1", port))
    took: list[float] = []
    bad = 0

    async def one(data: bytes, due: float) -> None:
        nonlocal bad
        reader, writer = await free.get()
        writer.write(data)
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            (int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0
        )
        await reader.readexactly(length)
        took.append(time.perf_counter() - due)
        bad += not head.startswith(b"HTTP/1.1 200")
        free.put_nowait((reader, writer))

    begin = time.perf_counter() + 0.1
    tasks = []
    for number, data in enumerate(ready):
        due = begin + number / RATE
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        tasks.append(asyncio.create_task(one(data, due)))
    async with asyncio.timeout(30):
        await asyncio.gather(*tasks)
    took.sort()
    return took[len(took) // 2] * 1000, took[int(len(took) * 0.99)] * 1000, bad
