"""A line to Redis that breaks at the worst moment: the server has done what was asked, and its answer never arrives."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class _Loss:
    request: tuple[bytes, ...]
    answer: bytes
    left: int


@dataclass
class Line:
    """TCP on 127.0.0.1 in front of a socket file. `lost` counts the answers that were thrown away."""

    path: str
    lost: int = 0
    _losses: list[_Loss] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _open: list[socket.socket] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"redis://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def lose(self, *request: bytes, answer: bytes, times: int = 1) -> None:
        """Throws away the next answers with these bytes to requests with those, each with its connection."""
        with self._lock:
            self._losses.append(_Loss(request, answer, times))

    def close(self) -> None:
        self._listener.close()
        for end in self._open:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self.path)
                self._open += [client, server]
                asked, answered = bytearray(), threading.Event()
                for work in (self._ask, self._answer):
                    threading.Thread(target=work, args=(client, server, asked, answered), daemon=True).start()

    def _ask(self, client: socket.socket, server: socket.socket, asked: bytearray, answered: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while data := client.recv(1 << 20):
                if answered.is_set():
                    answered.clear()
                    asked.clear()
                asked += data
                server.sendall(data)
        _shut(client, server)

    def _answer(
        self, client: socket.socket, server: socket.socket, asked: bytearray, answered: threading.Event
    ) -> None:
        with contextlib.suppress(OSError):
            while data := server.recv(1 << 20):
                if self._is_lost(bytes(asked), data):
                    break
                answered.set()
                client.sendall(data)
        _shut(client, server)

    def _is_lost(self, asked: bytes, answer: bytes) -> bool:
        with self._lock:
            for loss in self._losses:
                if loss.left and loss.answer in answer and all(word in asked for word in loss.request):
                    loss.left -= 1
                    self.lost += 1
                    return True
        return False


def _shut(*ends: socket.socket) -> None:
    for end in ends:
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def severed(redis_url: str) -> Iterator[Line]:
    """A line to the Redis behind a `unix://` address."""
    line = Line(redis_url.removeprefix("unix://"))
    try:
        yield line
    finally:
        line.close()
