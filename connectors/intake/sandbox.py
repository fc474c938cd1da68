"""Runs the decoders of strangers' files in a process of its own, with bounds on memory and time.

A decoder that is crashed, blown up or hung by a file takes only that process with it; the file counts as unreadable.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import resource
import signal
import time
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from connectors.intake.examination import Examination
from connectors.intake.examine import examine

log = logging.getLogger(__name__)

MEMORY = 2 * 1024**3
"""Address space of the process, in bytes: a picture of 110 million pixels fits, a bomb does not."""
SECONDS = 30.0
CHECK_SECONDS = 0.5
FILES_PER_PROCESS = 200


class Sandbox:
    """Examines one file at a time, so that photos never take more than one core from the chats."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._turn = asyncio.Lock()

    async def examine(self, data: bytes) -> Examination:
        """What the file is; `unreadable` also when the process died or ran out of time over it."""
        async with self._turn:
            # The process may have died before, over nothing of this file: a second one has to die of it, too.
            for _ in range(2):
                pool = self._pool = self._pool or _pool()
                try:
                    work = asyncio.get_running_loop().run_in_executor(pool, examine, data)
                    return await _outcome(pool, work)
                except BrokenProcessPool:
                    log.warning("the decoder's process died")
                    self.close()
                except (TimeoutError, MemoryError) as error:
                    log.warning("a file stopped its decoder", extra={"why": type(error).__name__})
                    self.close()
                    break
            return Examination(mime="", problem="unreadable")

    @property
    def process_id(self) -> int | None:
        """The process that looks at files, if one is running."""
        processes = (self._pool._processes or {}) if self._pool else {}
        return next(iter(processes), None)

    def close(self) -> None:
        """Ends the process, also in the middle of a file."""
        pool, self._pool = self._pool, None
        if pool is not None:
            processes = list((pool._processes or {}).values())
            for process in processes:
                process.kill()
            pool.shutdown(wait=True, cancel_futures=True)


async def _outcome(pool: ProcessPoolExecutor, work: asyncio.Future[Examination]) -> Examination:
    """The result. Raises `TimeoutError`, or `BrokenProcessPool` also where the library does not notice.

    Work that is handed over in the moment in which the library learns of a death is forgotten by it: neither result nor
    error ever comes. Hence the look at the process itself.
    """
    limit = time.monotonic() + SECONDS
    dead = 0
    while not work.done():
        await asyncio.wait({work}, timeout=CHECK_SECONDS)
        dead = 0 if _lives(pool) else dead + 1
        if not work.done() and dead > 1:
            raise BrokenProcessPool
        if not work.done() and time.monotonic() > limit:
            raise TimeoutError
    return work.result()


def _lives(pool: ProcessPoolExecutor) -> bool:
    return any(process.is_alive() for process in list((pool._processes or {}).values()))


def _pool() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(
        1, multiprocessing.get_context("spawn"), initializer=_bound, max_tasks_per_child=FILES_PER_PROCESS
    )


def _bound() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
