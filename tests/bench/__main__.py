"""`make bench`: figures of the whole system and of stock Rasa beside it in one run, for comparison between versions.

Nothing here is asserted by a test. Every part is bounded; one that fails says so and the others go on. The whole ends
within ten minutes, whatever happens. `python -m tests.bench NAME…` runs only these parts.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from statistics import median

from tests.bench import acknowledging, draining, stock, talking
from tests.bench.certificates import certificates_a_second
from tests.bench.measuring import at_once, megabytes, yardstick
from tests.conftest import ROOT
from tests.journey.system import System, WebTalk

WHOLE_S = 590.0
STOCK_S = 60.0
LANGUAGE, EPOCHS = "hi", 5
BY_NAME = ("understanding",)
"""Parts that are measured only when they are asked for: with the others they would not fit into ten minutes."""
RASA = ROOT / ".venv-rasa" / "bin" / "python"
PROCESSES = ("runtime.supervisor", "connectors", "departments", "runtime.worker")
YARDSTICK = "yardstick: a million look-ups in the worker's Python"
Figure = tuple[str, float, str]


def ours(folder: Path) -> Iterator[Figure]:
    begin = time.monotonic()
    system = System(folder)
    system.start()
    try:
        WebTalk(system.url).say("Hi")
        yield "start to first answered message", time.monotonic() - begin, "s"
        talk = WebTalk(system.url)
        begin = time.monotonic()
        talk.say("Hi")
        yield "first reply to a new person", (time.monotonic() - begin) * 1000, "ms"
        with talking.tireless(system):
            cpu = talking.cpu_a_turn(system)
            for turn, rounds in ((talking.EARLY, cpu.early), (talking.LATE, cpu.late)):
                yield f"CPU of a form turn, one person, near turn {turn}", median(rounds), "ms"
                yield "… in the quickest round", min(rounds), "ms"
            yield "the later against the earlier", cpu.ratio, "x"
            yield "turns per second, whole system, one worker", talking.turns_a_second(system), ""
            yield "one message of one person", talking.quick_messages(system, 1), "ms"
            yield "five quick messages of one person", talking.quick_messages(system, 5), "ms"
        for module in PROCESSES:
            for pid in system.pids(module):
                yield f"memory of {module}", megabytes(pid), "MB"
    finally:
        system.stop()


def acknowledgement(folder: Path) -> Iterator[Figure]:
    # In a process of its own: what the part before has left in this one would be waited for as if by the gateway.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
        middle, late, bad, cpu = apart.submit(acknowledging.percentiles, folder).result()
    yield f"acknowledgement at {acknowledging.RATE} requests/s, p50", middle, "ms"
    yield f"acknowledgement at {acknowledging.RATE} requests/s, p99", late, "ms"
    yield "… of these not answered 200", float(bad), ""
    yield "CPU of an acknowledgement", cpu, "ms"


def workers(folder: Path) -> Iterator[Figure]:
    found = []
    for count in (1, 2):
        (folder / str(count)).mkdir()
        found.append(draining.drained(folder / str(count), count))
        yield f"turns per second, filled inbox, workers: {count}", found[-1].rate, ""
        yield "… CPU of a form turn there", found[-1].cpu, "ms"
    yield "two workers against one", found[1].rate / found[0].rate, "x"
    yield "… two yardsticks at once against one", at_once(RASA), "x"


def certificates(folder: Path) -> Iterator[Figure]:
    yield "certificates issued per second", certificates_a_second(folder), ""


def understanding(folder: Path) -> Iterator[Figure]:
    """One language and few epochs, so that it fits in here; `make bench-nlu` measures all of them."""
    for way, name in (("ours", "ours"), ("stock", f"stock, DIET {EPOCHS} epochs")):
        command = [str(RASA), "-W", "ignore", "-m", "nlu.evaluate.bench", "--only", way]
        command += ["--language", LANGUAGE, "--no-names", "--epochs", str(EPOCHS)]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
        found = json.loads(done.stdout.splitlines()[-1])
        yield f"understanding of {LANGUAGE}, {name}: training", found["train_s"], "s"
        yield "… parse, p50", found["p50_ms"], "ms"
        yield "… parse as Rasa runs it, p50", found["rasas_ms"], "ms"
        yield "… intents right", found["intent"] * 100, "%"
        yield "… services right", found["service"] * 100, "%"
        yield "… most memory", found["memory_mb"], "MB"


def stock_rasa(folder: Path) -> Iterator[Figure]:
    yield from stock.measure(folder / "stock", STOCK_S)


PARTS: dict[str, Callable[[Path], Iterator[Figure]]] = {
    "ours": ours,
    "acknowledgement": acknowledgement,
    "workers": workers,
    "certificates": certificates,
    "understanding": understanding,
    "stock": stock_rasa,
}


def main(wanted: list[str]) -> int:
    unknown = [name for name in wanted if name not in PARTS]
    if unknown:
        print(f"There is no part {unknown[0]}; there are: {', '.join(PARTS)}.", file=sys.stderr)
        return 2
    begin = time.monotonic()
    print(f"{YARDSTICK:52} {yardstick(RASA):10.1f} ms", flush=True)
    failed: list[str] = []
    done = threading.Thread(
        target=_run, args=(wanted or [name for name in PARTS if name not in BY_NAME], failed), daemon=True
    )
    done.start()
    done.join(WHOLE_S)
    if done.is_alive():
        print(f"ended after {WHOLE_S:.0f} s; what is missing above was not reached", flush=True)
        _end_children()
        os._exit(1)
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; {time.monotonic() - begin:.0f} s", flush=True)
    return 1 if failed else 0


def _run(names: list[str], failed: list[str]) -> None:
    for name in names:
        with tempfile.TemporaryDirectory(prefix="sahayak-bench-") as folder:
            try:
                for what, figure, unit in PARTS[name](Path(folder)):
                    print(f"{what:52} {figure:10.1f} {unit}".rstrip(), flush=True)
            except Exception as problem:
                failed.append(name)
                print(f"{name}: not measured ({type(problem).__name__}: {str(problem)[:300]})", flush=True)


def _end_children() -> None:
    """Whatever this process has started goes with it."""
    for entry in Path("/proc").iterdir():
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1]) if entry.name.isdigit() else 0
        except (OSError, IndexError, ValueError):
            continue
        if parent == os.getpid():
            os.kill(int(entry.name), 15)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
