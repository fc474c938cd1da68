"""`python -m runtime.bootstrap run|train|test|encoder|lock`: prepares it, or says in one sentence why not."""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import threading
from typing import Any, Callable, List

from runtime.bootstrap import debian, fonts, locks, pythons, tools
from runtime.bootstrap.environments import Environment
from runtime.bootstrap.steps import Refused, Steps

RASA = Environment(
    ".venv-rasa",
    "Rasa and its packages",
    pythons.RASA,
    os.path.join("requirements", "rasa.txt"),
    os.path.join("requirements", "test-rasa.txt"),
)
WEB = Environment(
    ".venv",
    "the web's packages",
    pythons.WEB,
    os.path.join("requirements", "web.txt"),
    os.path.join("requirements", "test.txt"),
)
ENCODER = Environment(
    ".venv-encoder",
    "what trains the small encoder",
    pythons.RASA,
    os.path.join("requirements", "encoder.txt"),
    os.path.join("requirements", "encoder-gpu.txt"),
)
NEEDED_GB = 4
"""What the environments of Rasa and of the web take on disk together."""
ENCODER_GB, GPU_GB = 2, 5
"""What the encoder's environment takes, and what it takes with CUDA."""


def prepare(steps: Steps, goal: str) -> None:
    """Everything for `goal`: run, train, test or encoder. Quick when nothing has changed. Raises `Refused`."""
    if goal == "encoder":
        _prepare_encoder(steps)
        return
    tests = goal == "test"
    if goal == "run" and sys.version_info >= (3, 10):
        _preflight(steps, sys.executable)
    if tests:
        debian.install(steps)
    stale = [environment for environment in (RASA, WEB) if not environment.current(steps, tests)]
    font_work = fonts.needed(steps.root)
    if not stale and not font_work:
        return
    if RASA in stale and not os.path.exists(os.path.join(steps.root, RASA.name)):
        _check_disk(steps.root, NEEDED_GB)
    uv = tools.uv(steps)
    rasa_python = pythons.find(steps, RASA.versions, uv)
    if goal == "run" and sys.version_info < (3, 10):
        _preflight(steps, rasa_python)
    jobs: List[Callable[[], None]] = []
    if RASA in stale:
        jobs.append(lambda: RASA.sync(steps, uv, rasa_python, tests))
    if WEB in stale:
        jobs.append(lambda: WEB.sync(steps, uv, pythons.find(steps, WEB.versions, uv), tests))
    if font_work:
        jobs.append(lambda: fonts.fetch(steps, lambda: tools.npm(steps, uv)))
    _together(jobs)
    steps.say("Everything is installed.")


def _prepare_encoder(steps: Steps) -> None:
    """Its environment alone, with CUDA's libraries where there is a GPU of NVIDIA's."""
    gpu = shutil.which("nvidia-smi") is not None
    if ENCODER.current(steps, gpu):
        return
    if not os.path.exists(os.path.join(steps.root, ENCODER.name)):
        _check_disk(steps.root, GPU_GB if gpu else ENCODER_GB)
    uv = tools.uv(steps)
    ENCODER.sync(steps, uv, pythons.find(steps, ENCODER.versions, uv), gpu)
    steps.say("Everything is installed.")


def _together(jobs: List[Callable[[], None]]) -> None:
    """Runs the jobs at the same time, since they wait for the network; the first failure is raised at the end."""
    failures: List[BaseException] = []

    def guarded(job: Callable[[], None]) -> None:
        try:
            job()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(job,), daemon=True) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        # A join without end would keep signals from being handled.
        while thread.is_alive():
            thread.join(0.2)
    if failures:
        raise failures[0]


def _preflight(steps: Steps, python: str) -> None:
    """What would keep the start from succeeding is said before minutes of installing."""
    done = subprocess.run([python, "-m", "runtime.preflight"], cwd=steps.root, stderr=subprocess.PIPE)
    if done.returncode:
        raise Refused(done.stderr.decode("utf-8", "replace").strip())


def _check_disk(root: str, needed: int) -> None:
    free = shutil.disk_usage(root).free
    if free < needed * 10**9:
        raise Refused(
            "Only {:.1f} GB are free here; the Python environments need {} GB: make room, or clone elsewhere.".format(
                free / 10**9, needed
            )
        )


def _environment(root: str) -> None:
    """Keeps what uv fetches inside the clone where the home directory is of no use."""
    os.environ.setdefault("UV_PYTHON_INSTALL_DIR", os.path.join(root, ".tools", "python"))
    os.environ.setdefault("UV_NO_PROGRESS", "1")
    os.environ.pop("VIRTUAL_ENV", None)
    home = os.path.expanduser("~")
    if "UV_CACHE_DIR" not in os.environ and not os.access(os.path.join(home, ".cache"), os.W_OK):
        if not os.access(home, os.W_OK):
            os.environ["UV_CACHE_DIR"] = os.path.join(root, ".tools", "cache")


def main(arguments: List[str]) -> int:
    """Exit status: 0 prepared, 1 refused (one sentence on stderr), 130 ended by a signal."""
    goal = arguments[0] if arguments else "run"
    root = os.getcwd()
    try:
        os.makedirs(os.path.join(root, ".tools"), exist_ok=True)
        lock = open(os.path.join(root, ".tools", "lock"), "w")
    except OSError as error:
        print("Nothing can be written to {}: {}.".format(root, error.strerror), file=sys.stderr)
        return 1
    log = os.path.join(".tools", "bootstrap.log")
    open(log, "w").close()
    steps = Steps(root, log)

    def stop(_signal: int, _frame: Any) -> None:
        steps.end()
        os._exit(130)

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        steps.say("Another make is installing in this folder; waiting for it ...")
        fcntl.flock(lock, fcntl.LOCK_EX)
    _environment(root)
    try:
        # Never in this thread: a signal is handled in it, and ends what the others run.
        _together([lambda: locks.renew(steps, arguments[1:]) if goal == "lock" else prepare(steps, goal)])
    except Refused as refusal:
        steps.end()
        print(refusal, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
