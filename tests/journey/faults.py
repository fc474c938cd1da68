"""Random `kill -9` under load: what was acknowledged is answered once, in order.

`python -m tests.journey.faults N` is the long run (`make faults N=200`); the tests run a few kills of the same.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import tempfile
import threading
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.journey.system import System, WebTalk

VICTIMS = ("runtime.worker", "runtime.worker", "connectors", "departments", "redis")
PEOPLE = 6
PAUSE_S = (1.0, 9.0)
SETTLE_S = 120
SENTENCES = (
    "I need an income certificate", "yes", "how much is the fee?", "Sunita Devi", "Hi", "12/03/1985",
    "what papers do I need?",    "female", "9876543210", "cancel", "caste certificate chahiye", "kitne din lagenge?",
)  # fmt: skip


@dataclass
class Writer:
    """Somebody who keeps writing, and repeats a message with the same id until it is acknowledged."""

    url: str
    acknowledged: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.talk = WebTalk(self.url)

    def write_until(self, stop: threading.Event) -> None:
        number = 0
        with httpx.Client(base_url=self.url, timeout=10) as http:
            while not stop.is_set():
                identifier = str(uuid.uuid4())
                text = SENTENCES[number % len(SENTENCES)]
                body = {"type": "text", "id": identifier, "text": text}
                while not self._sent(http, body):
                    if stop.wait(0.3):
                        break
                else:
                    self.acknowledged.append(identifier)
                number += 1
                stop.wait(0.4)

    def _sent(self, http: httpx.Client, body: dict[str, str]) -> bool:
        try:
            return http.post(f"/chat/sessions/{self.talk.session}/messages", json=body).status_code == 202
        except httpx.HTTPError:
            return False

    def answered(self) -> list[str]:
        """Ids of the messages whose turns have ended, in order, from the beginning of the conversation."""
        found: list[str] = []
        self.talk.last = "0-0"
        wanted = self.acknowledged[-1]
        limit = time.monotonic() + SETTLE_S
        while time.monotonic() < limit:
            try:
                for name, data in self.talk.events():
                    if name == "turn_end" and data["in_reply_to"]:
                        found.append(data["in_reply_to"])
                        if data["in_reply_to"] == wanted:
                            return found
            except httpx.HTTPError:
                time.sleep(0.5)
        return found


def victim(system: System, kind: str) -> int | None:
    if kind != "redis":
        found = system.pids(kind)
        return found[0] if found else None
    for entry in Path("/proc").iterdir():
        try:
            command = (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if b"redis-server" in command and str(system.folder).encode() in command:
            return int(entry.name)
    return None


def run(system: System, kills: int, seed: int = 1, kinds: tuple[str, ...] = VICTIMS) -> dict[str, int]:
    """Kills `kills` processes at random moments; returns counts of lost, doubled and disordered messages."""
    chance = random.Random(seed)
    writers = [Writer(system.url) for _ in range(PEOPLE)]
    stop = threading.Event()
    threads = [threading.Thread(target=writer.write_until, args=(stop,)) for writer in writers]
    for thread in threads:
        thread.start()
    done = 0
    while done < kills:
        time.sleep(chance.uniform(*PAUSE_S))
        pid = victim(system, chance.choice(kinds))
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
            done += 1
    time.sleep(1)
    stop.set()
    for thread in threads:
        thread.join()
    counts = {"acknowledged": 0, "lost": 0, "doubled": 0, "disordered": 0}
    for writer in writers:
        answered = writer.answered()
        counts["acknowledged"] += len(writer.acknowledged)
        counts["lost"] += len(set(writer.acknowledged) - set(answered))
        counts["doubled"] += len(answered) - len(set(answered))
        known = [identifier for identifier in answered if identifier in set(writer.acknowledged)]
        counts["disordered"] += known != [i for i in writer.acknowledged if i in set(known)]
    return counts


def main() -> int:
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    with tempfile.TemporaryDirectory(prefix="sahayak-faults-") as folder:
        system = System(Path(folder))
        system.start()
        try:
            counts = run(system, kills, seed=int(time.time()))
        finally:
            system.stop()
    print(f"{kills} kills: " + ", ".join(f"{count} {name}" for name, count in counts.items()))
    return 0 if counts["lost"] == counts["doubled"] == counts["disordered"] == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
