"""Turns of the whole running system: first reply, CPU, turns per second, five quick messages."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

import httpx
import redis

from runtime import keys
from runtime.redis_server import RedisServer
from tests.bench.measuring import cpu_seconds
from tests.conftest import ROOT
from tests.journey.system import System, WebTalk

AROUND, ROUNDS = 10, 9
"""Turns of one measurement, and how often each is repeated."""
EARLY, LATE = 5, 300
PEOPLE = 24
LOAD_S = 15.0
BEFORE = ("I need an income certificate", "yes", "Sunita Devi, Ram Lal, 12/03/1985, female")
"""What leads into the form."""
GIVEN = [
    "Shyam",
    "Mohan",
    "Sohan",
    "Rohan",
    "Suresh",
    "Ramesh",
    "Mahesh",
    "Dinesh",
    "Rajesh",
    "Mukesh",
    "Anil",
    "Sunil",
    "Vijay",
    "Ajay",
    "Sanjay",
    "Gopal",
    "Hari",
    "Kishan",
    "Balbir",
    "Harbans",
    "Imran",
    "Salim",
    "Rahim",
]
SURNAMES = [
    "Lal",
    "Kumar",
    "Singh",
    "Sharma",
    "Verma",
    "Gupta",
    "Yadav",
    "Prasad",
    "Khan",
    "Das",
    "Chand",
    "Dev",
    "Nath",
]
"""Their products are more names than anything remembers of single sentences."""


@contextmanager
def tireless(system: System) -> Iterator[None]:
    """While it lasts, nobody writes too much: the bench's people write faster than anybody may."""
    client: Any = redis.Redis.from_url(RedisServer.under(system.folder, ROOT).url)
    over = threading.Event()

    def forgive() -> None:
        while not over.wait(0.3):
            for name in client.scan_iter(f"{keys.PREFIX}:*:allowance:*", count=1000):
                client.delete(name)

    thread = threading.Thread(target=forgive)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def into_the_form(url: str) -> WebTalk:
    talk = WebTalk(url)
    for text in BEFORE:
        talk.say(text)
    return talk


def correction(number: int) -> str:
    """An answer that is taken, shown back, and asked on from: the same work every time."""
    given, surname = GIVEN[number % len(GIVEN)], SURNAMES[number % len(SURNAMES)]
    return f"my father's name is wrong, it is {given} {surname}"


def form_turn(talk: WebTalk, number: int) -> None:
    talk.say(correction(number))


@dataclass(frozen=True)
class TurnCpu:
    """Milliseconds of the worker's CPU for a form turn, one figure a round; `late` was measured right after `early`."""

    early: tuple[float, ...]
    late: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """The later against the earlier, in the middle of the rounds."""
        return median(late / early for early, late in zip(self.early, self.late, strict=True))


def cpu_a_turn(system: System) -> TurnCpu:
    """Near turn `EARLY` and near turn `LATE` of a conversation.

    Measured by turns, so that a machine that is slower at one time than at another is not taken for a longer turn.
    """
    (worker,) = system.pids("runtime.worker")

    def measured(talk: WebTalk) -> float:
        before = cpu_seconds(worker)
        for number in range(AROUND):
            form_turn(talk, number)
        return (cpu_seconds(worker) - before) * 1000 / AROUND

    old = _advanced(into_the_form(system.url), LATE)
    rounds = [(measured(_advanced(into_the_form(system.url), EARLY)), measured(old)) for _ in range(ROUNDS)]
    early, late = zip(*rounds, strict=True)
    return TurnCpu(early, late)


def _advanced(talk: WebTalk, turn: int) -> WebTalk:
    """The talk once it has come to this turn."""
    while talk.said < turn:
        form_turn(talk, talk.said)
    return talk


def turns_a_second(system: System) -> float:
    """Turns that one worker answers while many people write at once."""
    talks = [into_the_form(system.url) for _ in range(PEOPLE)]
    counts = [0] * PEOPLE
    end = time.monotonic() + LOAD_S

    def write(place: int) -> None:
        while time.monotonic() < end:
            form_turn(talks[place], counts[place])
            counts[place] += 1

    threads = [threading.Thread(target=write, args=(place,)) for place in range(PEOPLE)]
    begin = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.monotonic() - begin)


def quick_messages(system: System, count: int) -> float:
    """Milliseconds from the first of so many messages sent at once until the last is answered."""
    talk = into_the_form(system.url)
    ids = [str(uuid.uuid4()) for _ in range(count)]
    path = f"/chat/sessions/{talk.session}/messages"
    begin = time.monotonic()
    with httpx.Client(base_url=system.url) as http:
        for number, identifier in enumerate(ids):
            said = {"type": "text", "id": identifier, "text": correction(number)}
            assert http.post(path, json=said).status_code == 202
    talk.listen(ids[-1])
    return (time.monotonic() - begin) * 1000
