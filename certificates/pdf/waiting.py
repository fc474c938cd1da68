"""Lets plain functions use pyHanko's coroutines, also when they are called from inside a running event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def wait(start: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """The coroutine's result; a thread of its own runs it where this one's loop is taken."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(start())
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(start())).result()
