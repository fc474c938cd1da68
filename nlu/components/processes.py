"""Work for all of the machine's processors, each piece in a process of its own.

Forked, so that nothing has to be copied to them. Threads would not do: liblinear shuffles by one random generator for
the whole process, so that two fits at a time gave another model each time; and crfsuite lets no other thread run.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Sequence
from functools import partial
from multiprocessing import connection, get_all_start_methods, get_context
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
_BOTH = 2
FEW = 500
"""So many items are not worth a process."""


class Died(Exception):
    """A process ended without an answer."""


def at_once(jobs: Sequence[Callable[[], Result]]) -> list[Result]:
    """The results of the jobs, in their order; as many run at a time as there are processors, the first ones first.

    What a job changes in memory is lost, what it writes to files stays. Raises what a job raised, or `Died`.
    """
    width = processors()
    if len(jobs) < _BOTH or width < _BOTH or "fork" not in get_all_start_methods():
        return [job() for job in jobs]
    context = get_context("fork")
    waiting = list(enumerate(jobs))[::-1]
    running: dict[connection.Connection, tuple[int, Any]] = {}
    results: dict[int, Result] = {}
    try:
        while waiting or running:
            while waiting and len(running) < width:
                at, job = waiting.pop()
                receiver, sender = context.Pipe(duplex=False)
                process = context.Process(target=_answer, args=(job, sender))
                process.start()
                sender.close()
                running[receiver] = at, process
            for ready in connection.wait(list(running)):
                assert isinstance(ready, connection.Connection)
                at, process = running[ready]
                results[at] = _received(ready)
                del running[ready]
                process.join()
    finally:
        for _, process in running.values():
            process.terminate()
    return [results[at] for at in range(len(jobs))]


def mapped(function: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    """The function's result for each item, worked out `at_once`. Raises what `at_once` raises."""
    size = max(FEW, -(-len(items) // processors()))
    parts = [items[start : start + size] for start in range(0, len(items), size)]
    return [one for done in at_once([partial(_each, function, part) for part in parts]) for one in done]


def _each(function: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    return [function(item) for item in items]


def processors() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _answer(job: Callable[[], Any], sender: connection.Connection) -> None:
    # A collection would write to every object of the parent's, and so copy them all.
    gc.disable()
    answer: tuple[Any, Exception | None]
    try:
        answer = job(), None
    except Exception as problem:
        answer = None, problem
    sender.send(answer)


def _received(receiver: connection.Connection) -> Any:
    try:
        result, problem = receiver.recv()
    except EOFError:
        raise Died("a process of the training ended without an answer; perhaps memory was short") from None
    finally:
        receiver.close()
    if problem is not None:
        raise problem
    return result
