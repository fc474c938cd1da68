"""`python -m runtime.worker`: one worker, until SIGTERM or SIGINT."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import os
import signal
import sys
import uuid
from pathlib import Path

import uvloop
from redis.asyncio import Redis

from runtime import heap, light
from runtime.codec import Codec
from runtime.logs import configure
from runtime.settings import Settings
from runtime.worker.models import NoModel, in_force
from runtime.worker.packing import packed

ROOT = Path(__file__).resolve().parents[2]
WATCH_S = 2.0
CONNECT_S, ANSWER_S = 2.0, 5.0
"""A server that vanished without a word must not hold a worker for the hours that TCP has patience for."""
log = logging.getLogger("sahayak.worker")


async def _swap(worker: object, load: object, folder: Path) -> None:
    """Puts a newly installed model in force without losing a turn; if it cannot be loaded, the old one stays."""
    from runtime.worker.loop import Worker

    assert isinstance(worker, Worker) and callable(load)
    refused = ""
    while True:
        await asyncio.sleep(WATCH_S)
        try:
            model = in_force(folder)
            if model.name in (worker.brain.model, refused):
                continue
            if light.active() and not light.suits(model):
                log.warning("the new model needs what this process runs without: it ends, to be started again")
                return worker.stop()
            worker.brain = await asyncio.to_thread(load, model)
            heap.settle()
            log.info("model in force", extra={"model": model.name})
        except NoModel:
            continue
        except Exception as problem:
            refused = model.name
            log.exception("a new model cannot be loaded", extra={"model": refused, "problem": type(problem).__name__})


async def _main() -> int:
    folder = ROOT / "models"
    if light.suits(in_force(folder)):
        light.leave_out(*light.NOT_SERVING)
    from actions.services import make
    from runtime.worker.brain import Brain
    from runtime.worker.contacts import Contacts
    from runtime.worker.loop import Worker

    settings = Settings.load(os.environ, Path(".env"))
    assert settings.redis_url is not None
    redis: Redis[bytes] = packed(
        Redis.from_url(settings.redis_url, socket_connect_timeout=CONNECT_S, socket_timeout=ANSWER_S)
    )
    services = make(settings)
    contacts = Contacts(redis, Codec(services.vault.sealer()))
    services = dataclasses.replace(services, phone_of=contacts.phone)

    def load(model: Path) -> Brain:
        return Brain(model, services, lambda: uuid.uuid4().hex)

    brain = load(in_force(folder))
    await brain.parse("hi")
    heap.settle()
    worker = Worker(
        redis,
        brain,
        services.vault,
        services.messages,
        f"{os.getpid()}-{uuid.uuid4().hex[:6]}",
        lambda: uuid.uuid4().hex,
    )
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, worker.stop)
    swapping = asyncio.create_task(_swap(worker, load, folder))
    try:
        await worker.run()
    finally:
        swapping.cancel()
        await redis.close()
    return 0


if __name__ == "__main__":
    configure("worker")
    uvloop.install()
    sys.exit(asyncio.run(_main()))
