"""`make bench`: figures of the whole system in one run, for comparison between versions, never asserted by a test."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from pathlib import Path

from tests.bench.certificates import certificates_a_second
from tests.journey.system import System, WebTalk

AROUND = 40
"""Turns over which the CPU of a turn is averaged."""
PEOPLE = 24
MESSAGES = 25
TICK = os.sysconf("SC_CLK_TCK")
PROCESSES = ("runtime.supervisor", "connectors", "departments", "runtime.worker")


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def megabytes(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


def into_the_form(url: str) -> WebTalk:
    talk = WebTalk(url)
    talk.say("I need an income certificate")
    talk.say("yes")
    talk.say("Sunita Devi, Ram Lal, 12/03/1985, female")
    return talk


def form_turn(talk: WebTalk, number: int) -> None:
    """An answer that is taken, shown back, and asked on from: the same work every time."""
    talk.say(f"my father's name is wrong, it is {('Shyam', 'Mohan', 'Sohan', 'Rohan')[number % 4]} Lal")


def cpu_a_turn(system: System) -> tuple[float, float]:
    """Milliseconds of the worker's CPU for a form turn near turn 5 and near turn 200 of one conversation."""
    (worker,) = system.pids("runtime.worker")
    talk = into_the_form(system.url)
    found = []
    for start in (5, 200):
        while talk.said < start:
            form_turn(talk, talk.said)
        before = cpu_seconds(worker)
        for number in range(AROUND):
            form_turn(talk, number)
        found.append((cpu_seconds(worker) - before) * 1000 / AROUND)
    return found[0], found[1]


def turns_a_second(system: System) -> float:
    """Turns that one worker answers while many people write at once."""
    talks = [into_the_form(system.url) for _ in range(PEOPLE)]

    def write(talk: WebTalk) -> None:
        for number in range(MESSAGES):
            form_turn(talk, number)

    threads = [threading.Thread(target=write, args=(talk,)) for talk in talks]
    begin = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return PEOPLE * MESSAGES / (time.monotonic() - begin)


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="sahayak-bench-") as folder:
        begin = time.monotonic()
        system = System(Path(folder))
        system.start()
        try:
            WebTalk(system.url).say("Hi")
            print(f"start to first answered message   {time.monotonic() - begin:8.1f} s", flush=True)
            talk = WebTalk(system.url)
            begin = time.monotonic()
            talk.say("Hi")
            print(f"first reply to a new person       {(time.monotonic() - begin) * 1000:8.0f} ms", flush=True)
            early, late = cpu_a_turn(system)
            print(f"CPU of a form turn, near turn 5   {early:8.1f} ms")
            print(f"CPU of a form turn, near turn 200 {late:8.1f} ms   ({late / early:.2f} x)", flush=True)
            print(f"turns per second, one worker      {turns_a_second(system):8.0f}", flush=True)
            for module in PROCESSES:
                for pid in system.pids(module):
                    print(f"memory of {module:23} {megabytes(pid):8.0f} MB", flush=True)
        finally:
            system.stop()
        print(f"certificates issued per second    {certificates_a_second(Path(folder)):8.1f}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
