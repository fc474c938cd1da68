"""Two machines on one: network namespaces joined by a cable (a veth pair) that can be cut.

Needs root and `ip`; nothing outside the two namespaces can be reached from inside, and they go at the end.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections.abc import Callable
from types import TracebackType
from typing import TypeVar

Answer = TypeVar("Answer")
FRONT, BACK = "10.203.7.1", "10.203.7.2"


def impossible() -> str:
    """Why two machines cannot be made here; empty if they can."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    if not shutil.which("ip"):
        return "network namespaces need the program ip (iproute2)"
    if not hasattr(os, "setns"):
        return "Python before 3.12 cannot enter a network namespace"
    try:
        with TwoMachines():
            return ""
    except subprocess.CalledProcessError as error:
        return f"network namespaces are not allowed here: {error.stderr.decode(errors='replace').strip()[:120]}"


class TwoMachines:
    """`front` has the address `FRONT`, `back` has `BACK`; both have a 127.0.0.1 of their own."""

    def __init__(self) -> None:
        self.front, self.back = f"sahayak-{os.getpid()}-front", f"sahayak-{os.getpid()}-back"

    def __enter__(self) -> TwoMachines:
        try:
            self._add(self.front)
            self._add(self.back)
            self._lay_cable()
        except subprocess.CalledProcessError:
            self._remove()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._remove()

    @staticmethod
    def _add(name: str) -> None:
        _ip("netns", "add", name)
        _ip("-n", name, "link", "set", "lo", "up")

    def _lay_cable(self) -> None:
        _ip("-n", self.front, "link", "add", "cable", "type", "veth", "peer", "name", "cable", "netns", self.back)
        for name, address in ((self.front, FRONT), (self.back, BACK)):
            _ip("-n", name, "address", "add", f"{address}/30", "dev", "cable")
            _ip("-n", name, "link", "set", "cable", "up")

    def _remove(self) -> None:
        for name in (self.front, self.back):
            subprocess.run(["ip", "netns", "delete", name], capture_output=True)

    def cut(self, end: str) -> None:
        """At the far end, packets vanish; at one's own, each call is told at once."""
        _ip("-n", end, "link", "set", "cable", "down")

    def mend(self, end: str) -> None:
        _ip("-n", end, "link", "set", "cable", "up")

    def replace_back(self) -> None:
        """A machine without power says no goodbye to anybody; another stands in its place.

        Its processes have been ended before, behind a line that was cut.
        """
        _ip("-n", self.front, "link", "delete", "cable")
        _ip("netns", "delete", self.back)
        self._add(self.back)
        self._lay_cable()

    def inside(self, name: str, work: Callable[[], Answer]) -> Answer:
        """Does the work in a thread that, with all it starts, lives in one of the two."""
        answers: list[Answer] = []
        errors: list[BaseException] = []

        def enter() -> None:
            try:
                with open(f"/run/netns/{name}", "rb") as place:
                    os.setns(place.fileno(), os.CLONE_NEWNET)
                answers.append(work())
            except BaseException as error:
                errors.append(error)

        thread = threading.Thread(target=enter)
        thread.start()
        thread.join()
        if errors:
            raise errors[0]
        return answers[0]


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)
