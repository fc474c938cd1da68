"""`python -m runtime.worker`: one worker, until SIGTERM or SIGINT."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import uuid
from pathlib import Path

from redis.asyncio import Redis

from runtime.logs import configure
from runtime.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
WATCH_S = 2.0
log = logging.getLogger("sahayak.worker")


async def _swap(worker: object, load: object, folder: Path) -> None:
    """Puts a newly installed model in force without losing a turn."""
    from runtime.worker.loop import Worker
    from runtime.worker.models import NoModel, in_force

    assert isinstance(worker, Worker) and callable(load)
    while True:
        await asyncio.sleep(WATCH_S)
        try:
            model = in_force(folder)
        except NoModel:
            continue
        if model.name != worker.brain.model:
            worker.brain = await asyncio.to_thread(load, model)
            log.info("model in force", extra={"model": model.name})


async def _main() -> int:
    from actions.services import make
    from runtime.worker.brain import Brain
    from runtime.worker.loop import Worker
    from runtime.worker.models import in_force

    settings = Settings.load(os.environ, Path(".env"))
    assert settings.redis_url is not None
    services = make(settings)
    folder = ROOT / "models"

    def load(model: Path) -> Brain:
        return Brain(model, services, lambda: uuid.uuid4().hex)

    redis: Redis[bytes] = Redis.from_url(settings.redis_url)
    brain = load(in_force(folder))
    await brain.parse("hi")
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
    sys.exit(asyncio.run(_main()))
