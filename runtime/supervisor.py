"""All processes of one machine under one roof: what `make run` is once everything is installed.

Decides the order in which processes start and end and nothing about what they do. Redis is first up and last down, so
that a worker can always finish or abandon its turn.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from runtime import preflight, redis_server
from runtime.children import Child, Program, describe, run_once
from runtime.errors import SahayakError, StartError
from runtime.processes import Make
from runtime.settings import OURS, Settings

GRACE = 2.0
"""Seconds that processes have to finish their work after SIGTERM."""
REDIS_GRACE = 1.0
READY_LIMIT = 300.0
WATCH = 0.25
HEARTBEAT = 10.0


class Supervisor:
    """Starts everything, keeps it running until told to stop, leaves nothing behind."""

    def __init__(self, root: Path, environ: Mapping[str, str], say: Callable[[str], None]) -> None:
        self._root = root
        self._environ = environ
        self._say = say
        self._children: list[Child] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._stop = asyncio.Event()
        self._redis: Child | None = None

    def stop(self) -> None:
        """Begins the end; the second call ends everything at once."""
        if self._stop.is_set():
            for child in self._children:
                child.kill()
        self._stop.set()

    async def run(self) -> None:
        """Returns after `stop`. Raises `SahayakError` if the system cannot start."""
        begin = time.monotonic()
        settings = Settings.load(self._environ, self._root / ".env")
        preflight.data_folder(settings.data_dir)
        lock = preflight.DataLock(settings.data_dir)
        lock.take()
        try:
            preflight.check(settings)
            work = asyncio.create_task(self._start(settings, begin))
            stop = asyncio.create_task(self._stop.wait())
            try:
                await asyncio.wait({work, stop}, return_when=asyncio.FIRST_COMPLETED)
                if work.done() and not self._stop.is_set():
                    work.result()
                    await self._watch(stop)
            finally:
                work.cancel()
                stop.cancel()
                await asyncio.gather(work, stop, return_exceptions=True)
                await self._end()
        finally:
            lock.release()

    async def _watch(self, stop: asyncio.Task[bool]) -> None:
        """Waits for the end; a child's task ends before that only with a reason to give up."""
        done, _ = await asyncio.wait({stop, *self._tasks}, return_when=asyncio.FIRST_COMPLETED)
        for task in done - {stop}:
            task.result()

    async def _start(self, settings: Settings, begin: float) -> None:
        await self._train(settings)
        if settings.redis_url is None:
            settings = await self._start_redis(settings)
        else:
            await self._or_failed(
                redis_server.wait_until_ready(settings.redis_url, 5, "The Redis server that REDIS_URL names")
            )
        web, rasa = self._root / ".venv/bin/python", self._root / ".venv-rasa/bin/python"
        if _is_ours(settings):
            self._launch(settings, "departments", (str(web), "-m", "departments"))
        self._launch(settings, "gateway", (str(web), "-m", "connectors"))
        for number in range(1, settings.workers + 1):
            self._launch(settings, f"worker-{number}", (str(rasa), "-m", "runtime.worker"))
        await self._or_failed(self._ready(settings))
        for child in self._children:
            child.settled = True
        self._say(
            f"Sahayak is ready after {time.monotonic() - begin:.0f} s.\n"
            f"  Chat                 {settings.public_url}/\n"
            f"  Officers' desk       {_desk(settings)}\n"
            f"  Check a certificate  {settings.public_url}/verify\n"
            f"  WhatsApp             {'on' if settings.whatsapp else 'off (no WHATSAPP_ settings)'}\n"
            f"  Logs                 {settings.data_dir / 'logs'}\n"
            "Ctrl-C stops it."
        )

    async def _train(self, settings: Settings) -> None:
        """A model for the present data, trained if there is none."""
        command = (str(self._root / ".venv-rasa/bin/python"), "-m", "nlu.train", "--if-needed")
        program = Program("training", command, self._child_environ(settings))
        begin = time.monotonic()
        task = asyncio.create_task(run_once(program, self._root, settings.data_dir / "logs", self._say))
        try:
            while not (await asyncio.wait({task}, timeout=HEARTBEAT))[0]:
                self._say(f"[{time.monotonic() - begin:4.0f} s] training: still at work")
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        status = task.result()
        if status and not any((self._root / "models").glob("*.tar.gz")):
            raise StartError(f"There is no model for the present data: training {describe(status)}.")
        if status:
            self._say(f"Training {describe(status)}; the model in force stays.")

    async def _start_redis(self, settings: Settings) -> Settings:
        server = redis_server.RedisServer.under(settings.data_dir, self._root)

        async def prepare() -> None:
            server.prepare()

        self._redis = self._launch(settings, "redis", server.command(), prepare, mute=True)
        await self._or_failed(redis_server.wait_until_ready(server.url, 120, "The private Redis server"))
        return replace(settings, redis_url=server.url)

    def _launch(
        self,
        settings: Settings,
        name: str,
        command: tuple[str, ...],
        prepare: Callable[[], Awaitable[None]] | None = None,
        *,
        mute: bool = False,
    ) -> Child:
        child = Child(
            Program(name, command, self._child_environ(settings), mute),
            self._root,
            settings.data_dir / "logs",
            self._say,
        )
        self._children.append(child)
        self._tasks.add(asyncio.create_task(child.run(prepare)))
        return child

    def _child_environ(self, settings: Settings) -> dict[str, str]:
        """What we inherited, with the settings as they were resolved."""
        inherited = {name: value for name, value in self._environ.items() if not name.startswith(OURS)}
        ours = {
            "PYTHONUNBUFFERED": "1",
            "PYTHONUTF8": "1",
            # Rasa's old dependencies announce their end at every start.
            "PYTHONWARNINGS": "ignore",
            "RASA_TELEMETRY_ENABLED": "false",
            "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
            "TF_CPP_MIN_LOG_LEVEL": "3",
        }
        return {**inherited, **ours, **settings.environ()}

    async def _ready(self, settings: Settings) -> None:
        limit = time.monotonic() + READY_LIMIT
        while not (
            all(child.pid for child in self._children)
            and await _status(settings.port, "/readyz") == 200
            and (not _is_ours(settings) or await _status(settings.desk_port, "/") is not None)
        ):
            if time.monotonic() > limit:
                raise StartError(
                    f"Sahayak was not ready after {READY_LIMIT:.0f} s; see {settings.data_dir / 'logs'} for the reason."
                )
            await asyncio.sleep(0.1)

    async def _or_failed(self, waiting: Awaitable[None]) -> None:
        """Waits for something, unless a child gives up first."""
        task = asyncio.ensure_future(waiting)
        try:
            await asyncio.wait({task, *self._tasks}, return_when=asyncio.FIRST_COMPLETED)
            for child in self._tasks:
                if child.done():
                    child.result()
            await task
        finally:
            task.cancel()

    async def _end(self) -> None:
        """Everything but Redis gets `GRACE`, then Redis `REDIS_GRACE`; whatever is left is killed."""
        others = [child for child in self._children if child is not self._redis]
        await self._end_these(others, GRACE)
        if self._redis is not None:
            await self._end_these([self._redis], REDIS_GRACE)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _end_these(self, children: list[Child], seconds: float) -> None:
        for child in children:
            child.terminate()
        limit = time.monotonic() + seconds
        while any(child.pid for child in children) and time.monotonic() < limit:
            await asyncio.sleep(0.02)
        for child in children:
            if child.pid:
                self._say(f"{child.program.name} did not end within {seconds:g} s and was killed.")
            child.kill()
        while any(child.pid for child in children):
            await asyncio.sleep(0.01)


def _is_ours(settings: Settings) -> bool:
    """Whether the departments are the reference server of this machine, which is then ours to run."""
    address = urlsplit(settings.departments_url)
    return address.hostname in ("localhost", "127.0.0.1", "::1") and address.port == settings.desk_port


def _desk(settings: Settings) -> str:
    return f"http://localhost:{settings.desk_port}/" if _is_ours(settings) else f"at {settings.departments_url}"


async def _status(port: int, path: str) -> int | None:
    """The status with which a local server answers a GET, or None."""
    try:
        async with asyncio.timeout(5):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
                return int((await reader.readline()).split()[1])
            finally:
                writer.close()
    except (OSError, TimeoutError, ValueError, IndexError):
        return None


async def _supervise(root: Path) -> None:
    supervisor = Supervisor(root, os.environ, lambda text: print(text, flush=True))
    loop = asyncio.get_running_loop()
    make = Make()
    # Installed explicitly: a job in the background inherits SIGINT ignored.
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, supervisor.stop)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        loop.add_signal_handler(signal.SIGHUP, supervisor.stop)

    async def watch_make() -> None:
        while not make.interrupted():
            await asyncio.sleep(WATCH)
        supervisor.stop()

    watching = asyncio.create_task(watch_make())
    try:
        await supervisor.run()
    finally:
        watching.cancel()


def main() -> int:
    """`python -m runtime.supervisor` in the repository's root: 0 after a signal, 1 with one sentence on stderr."""
    try:
        asyncio.run(_supervise(Path.cwd()))
    except SahayakError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
