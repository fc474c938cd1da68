"""Random `kill -9` under load: what was acknowledged is answered once, in order.

People write over the web chat and, with webhooks that come twice, late and in any order, over WhatsApp.

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
import redis

from runtime.codec import Codec
from runtime.redis_server import RedisServer
from tests.conftest import ROOT
from tests.connectors.conftest import registered
from tests.journey.findings import Findings
from tests.journey.outboxes import Outboxes
from tests.journey.system import System, WebTalk
from tests.standin import bodies
from tests.standin.bodies import Person
from tests.standin.server import StandIn

VICTIMS = ("runtime.worker", "runtime.worker", "connectors", "departments", "redis")
PEOPLE, PHONES = 6, 3
PHONE_PAUSE_S = (8.0, 14.0)
"""Meta lets one person have a message every six seconds, and a burst; a turn has one or two."""
LATE_S = 2.0
PAUSE_S = (1.0, 9.0)
SETTLE_S = 120
"""Without anything new for so long, what has not come does not come."""
SENTENCES = (
    "I need an income certificate", "yes", "how much is the fee?", "Sunita Devi", "Hi", "12/03/1985",
    "what papers do I need?",    "female", "9876543210", "cancel", "caste certificate chahiye", "kitne din lagenge?",
)  # fmt: skip


@dataclass
class Writer:
    """Somebody who keeps writing, and repeats a message with the same id until it is acknowledged."""

    url: str
    acknowledged: list[str] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)
    """Ids of the messages whose turns have ended, in order."""
    heard: float = 0.0
    done: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.talk = WebTalk(self.url)
        self.talk.last = "0-0"
        threading.Thread(target=self.listen, daemon=True).start()

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

    def listen(self) -> None:
        """Takes in the ends of turns until the last acknowledged message is answered, or nothing comes any more.

        From the beginning on: the outbox keeps a few hundred entries, fewer than there are in a long run.
        """
        while not self.done.is_set():
            try:
                for name, data in self.talk.events():
                    self.heard = time.monotonic()
                    if name == "turn_end" and data["in_reply_to"]:
                        self.answered.append(data["in_reply_to"])
            except (httpx.HTTPError, AssertionError):
                self.done.wait(0.5)

    def settle(self) -> None:
        """Waits for the answer to the last message as long as others still come; ends the listening."""
        self.heard = time.monotonic()
        while self.acknowledged[-1] not in self.answered and time.monotonic() - self.heard < SETTLE_S:
            time.sleep(0.2)
        self.done.set()


@dataclass
class Phone:
    """Somebody on WhatsApp, whose every message Meta delivers twice, at times of its own."""

    meta: StandIn
    person: Person
    chance: random.Random
    acknowledged: list[str] = field(default_factory=list)

    def write_until(self, stop: threading.Event) -> None:
        late: list[threading.Thread] = []
        number = 0
        while not stop.wait(self.chance.uniform(*PHONE_PAUSE_S)):
            wamid, at = self.meta.meta.new_id("wamid.in"), self.meta.meta.now()
            self.meta.meta.wrote(self.person, wamid, at)
            text = {"body": SENTENCES[number % len(SENTENCES)]}
            message = bodies.message(self.person, wamid, at, "text", text)
            value = bodies.value(self.meta.meta.number, messages=[message], contacts=[self.person.contact()])
            for _ in range(2):
                delay = self.chance.uniform(0, LATE_S)
                late.append(threading.Thread(target=self._deliver, args=(bodies.body(value), wamid, delay)))
                late[-1].start()
            number += 1
        for thread in late:
            thread.join()

    def _deliver(self, body: bytes, wamid: str, delay: float) -> None:
        time.sleep(delay)
        self.meta.deliver(body, attempts=200)
        if wamid not in self.acknowledged:
            self.acknowledged.append(wamid)


def sent_to_phones(client: redis.Redis, outboxes: Outboxes, phones: list[Phone], findings: Findings) -> None:
    """Turns of acknowledged messages, and their replies at Meta, against the outboxes."""
    wanted = {wamid for phone in phones for wamid in phone.acknowledged}
    limit, left = time.monotonic() + SETTLE_S, -1
    while True:
        boxes = outboxes.conversations()
        ends = [out.in_reply_to for box in boxes for out in box if out.kind == "turn_end" and out.in_reply_to]
        before, left = left, sum(client.xlen(name) for name in client.scan_iter("sahayak:*:send", count=1000))
        if left != before:
            # As long as something is still being sent, at the pace that one person may be written to.
            limit = time.monotonic() + SETTLE_S
        if (wanted <= set(ends) and not left) or time.monotonic() > limit:
            break
        time.sleep(0.5)
    # Meta delivers late and shuffled: the order in which people wrote is not known to us.
    findings.came("turns on whatsapp", wanted, ends, ordered=False)
    for phone in phones:
        arrived = [str(sent.payload["biz_opaque_callback_data"]) for sent in phone.meta.to(phone.person)]
        for box in boxes:
            said = [out.id for out in box if out.kind == "message"]
            if set(arrived) & set(said):
                findings.came(f"replies to {phone.person.address}", said, arrived)


def victim(system: System, kind: str, chance: random.Random) -> int | None:
    if kind != "redis":
        found = system.pids(kind)
        return chance.choice(found) if found else None
    for entry in Path("/proc").iterdir():
        try:
            command = (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if b"redis-server" in command and str(system.folder).encode() in command:
            return int(entry.name)
    return None


def run(
    system: System,
    kills: int,
    meta: StandIn,
    seed: int = 1,
    kinds: tuple[str, ...] = VICTIMS,
    pause: tuple[float, float] = PAUSE_S,
) -> Findings:
    """Kills `kills` processes at random moments, and then counts what came of the messages."""
    chance = random.Random(seed)
    writers = [Writer(system.url) for _ in range(PEOPLE)]
    phones = [Phone(meta, Person(f"91987650{seed % 100:02d}{n:02d}"), random.Random(seed + n)) for n in range(PHONES)]
    client = redis.Redis(unix_socket_path=str(RedisServer.under(system.folder, ROOT).socket))
    outboxes = Outboxes(client, Codec.under(system.folder))
    stop = threading.Event()
    threads = [threading.Thread(target=who.write_until, args=(stop,)) for who in (*writers, *phones)]
    for thread in threads:
        thread.start()
    done = 0
    while done < kills:
        time.sleep(chance.uniform(*pause))
        pid = victim(system, chance.choice(kinds), chance)
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
            done += 1
    time.sleep(1)
    stop.set()
    for thread in threads:
        thread.join()
    return counted(writers, phones, client, outboxes)


def counted(writers: list[Writer], phones: list[Phone], client: redis.Redis, outboxes: Outboxes) -> Findings:
    """What became of all that was acknowledged."""
    findings = Findings()
    for writer in writers:
        findings.acknowledged += len(writer.acknowledged)
        writer.settle()
        findings.came(f"turns of {writer.talk.session[:6]}", writer.acknowledged, writer.answered)
    findings.acknowledged += sum(len(phone.acknowledged) for phone in phones)
    sent_to_phones(client, outboxes, phones, findings)
    outboxes.stop()
    return findings


def main() -> int:
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    number, token, secret = "100200300", "a-token-of-the-stand-in-0123456789", "an-app-secret-of-the-stand-in-0123"
    with (
        tempfile.TemporaryDirectory(prefix="sahayak-faults-") as folder,
        StandIn(number=number, token=token, secret=secret, templates=registered()) as meta,
    ):
        system = System(
            Path(folder),
            WHATSAPP_PHONE_NUMBER_ID=number,
            WHATSAPP_ACCESS_TOKEN=token,
            WHATSAPP_APP_SECRET=secret,
            WHATSAPP_VERIFY_TOKEN="a-verify-token-0123456789",
            WHATSAPP_GRAPH_URL=meta.graph_url,
            WORKERS="2",
        )
        system.start()
        meta.webhook = f"{system.url}/webhooks/whatsapp"
        try:
            findings = run(system, kills, meta, seed=int(time.time()))
        finally:
            system.stop()
    print(f"{kills} kills: {findings}")
    if not findings.sound:
        print("\n".join(system.lines[-60:]))
    return 0 if findings.sound else 1


if __name__ == "__main__":
    sys.exit(main())
