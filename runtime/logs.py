"""JSON lines on stderr, one a log record, without personal values.

What a person wrote never belongs in a log; this module is the net below that rule: numbers and addresses are masked,
an exception is told by its type and the places it passed, not by its message (which may quote a value), and libraries
that log requests or messages are kept quiet.
"""

from __future__ import annotations

import importlib.util
import json
import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from datetime import datetime, timezone
from pathlib import PurePath
from typing import Any, TextIO

from runtime.errors import SahayakError
from runtime.masking import mask

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}
_CREDENTIALS = re.compile(r"://[^/\s@]*@")
_TOKENS = re.compile(r"(/c/|/chat/sessions/|access_token=|verify_token=)[^/\s&\"']+")
_SHORTEST = 10
"""A word of fewer letters and digits is none of what is masked; most fields are such words."""
_QUIET = ("httpx", "httpcore", "rasa", "asyncio", "apscheduler", "matplotlib", "tensorflow", "urllib3", "fontTools")


class JsonFormatter(logging.Formatter):
    """`{"at","level","process","logger","message",…}`; fields given as `extra` follow under their own names."""

    def __init__(self, process: str) -> None:
        super().__init__()
        self._process = process

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, timezone.utc).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "process": self._process,
            "logger": record.name,
            "message": clean(record.getMessage()),
        }
        for name, value in vars(record).items():
            if name not in _STANDARD and name not in entry:
                entry[name] = value if isinstance(value, bool | int | float) else clean(str(value))
        if record.exc_info and record.exc_info[1]:
            entry["error"] = describe(record.exc_info[1])
        return json.dumps(entry, ensure_ascii=False)


def configure(process: str, level: int = logging.INFO, stream: TextIO | None = None) -> None:
    """Sends every record of this process to stderr (or `stream`) as JSON lines that name the process."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter(process))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers[:] = []
        logging.getLogger(name).propagate = True
    # Its lines hold the paths of requests, and a path may be the only key to a conversation.
    logging.getLogger("uvicorn.access").disabled = True
    logging.captureWarnings(True)
    # No line tells where in the code it was written, nor in which thread: nothing of it need be found out.
    logging._srcfile = None
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    _configure_structlog()


def clean(text: str) -> str:
    """`text` with personal numbers, credentials in addresses and one-time paths masked."""
    if len(text) < _SHORTEST and text.isalnum():
        return text
    return _TOKENS.sub(r"\1***", _CREDENTIALS.sub("://***@", mask(text)))


def describe(error: BaseException) -> dict[str, Any]:
    """An exception for a log: its type, our own sentence if it is ours, and where it passed, innermost last."""
    frames = traceback.extract_tb(error.__traceback__)[-12:]
    told: dict[str, Any] = {"type": f"{type(error).__module__}.{type(error).__qualname__}"}
    if isinstance(error, SahayakError):
        told["detail"] = clean(str(error))
    told["at"] = [f"{'/'.join(PurePath(f.filename).parts[-2:])}:{f.lineno} {f.name}" for f in frames]
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        told["cause"] = describe(cause)
    return told


def _configure_structlog() -> None:
    """Rasa logs through structlog, with messages of people among the values: only names of events are kept."""
    if importlib.util.find_spec("structlog") is None:
        return
    import structlog  # type: ignore[import-not-found,unused-ignore]

    def event_only(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> str:
        return str(event.get("event", ""))

    structlog.configure(
        processors=[event_only],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
