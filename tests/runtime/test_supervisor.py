"""`make run` after its preparation: everything up, kept up, and gone without a trace; refusals are one sentence."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import redis

from tests.runtime.conftest import DESK, WAITING, Stage, wait_until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

STUBBORN = WAITING.replace("lambda *_: sys.exit(0)", "signal.SIG_IGN")


def gone(stage: Stage) -> bool:
    return not stage.processes()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_everything_within_five_seconds(stage: Stage, number: signal.Signals) -> None:
    process = stage.start(environ={"WORKERS": "2"})
    stage.until("Sahayak is ready")
    assert f"http://localhost:{stage.port}/verify" in stage.said
    running = " ".join(stage.processes().values())
    for words in ("redis-server", "-m departments", "-m connectors", "-m runtime.worker"):
        assert words in running
    begin = time.monotonic()
    process.send_signal(number)
    assert stage.ended(5) == 0
    assert time.monotonic() - begin < 5
    assert gone(stage)


def test_a_background_job_that_inherited_sigint_ignored_still_ends(stage: Stage) -> None:
    process = stage.start(prefix=("sh", "-c", 'trap "" INT; exec "$@"', "sh"))
    stage.until("Sahayak is ready")
    process.send_signal(signal.SIGINT)
    assert stage.ended(5) == 0
    assert gone(stage)


def test_a_process_that_does_not_listen_is_killed_in_time(stage: Stage) -> None:
    stage.program("runtime.worker", STUBBORN)
    process = stage.start()
    stage.until("Sahayak is ready")
    begin = time.monotonic()
    process.send_signal(signal.SIGTERM)
    assert stage.ended(5) == 0
    assert time.monotonic() - begin < 5
    assert "worker-1 did not end" in stage.said
    assert gone(stage)


def test_a_killed_supervisor_leaves_no_orphan(stage: Stage) -> None:
    process = stage.start()
    stage.until("Sahayak is ready")
    process.kill()
    process.wait()
    wait_until(lambda: gone(stage), 5, lambda: f"left: {stage.processes()}")


def test_a_crashed_child_is_named_and_started_again(stage: Stage) -> None:
    stage.start()
    stage.until("Sahayak is ready")
    first = stage.pid_of("-m departments")
    os.kill(first, signal.SIGKILL)
    stage.until("departments was ended by SIGKILL; it is started again in 0.5 s.")
    wait_until(lambda: "-m departments" in str(stage.processes()), 5, lambda: "departments did not come back")
    assert stage.pid_of("-m departments") != first
    os.kill(stage.pid_of("-m departments"), signal.SIGKILL)
    stage.until("it is started again in 1 s.")


def test_redis_comes_back_with_all_that_it_acknowledged(stage: Stage) -> None:
    process = stage.start()
    stage.until("Sahayak is ready")
    client = redis.Redis(unix_socket_path=str(stage.data / "redis" / "redis.sock"))
    for number in range(200):
        client.xadd("stream", {"n": number})
    os.kill(stage.pid_of("redis-server"), signal.SIGKILL)
    stage.until("redis was ended by SIGKILL")
    wait_until(lambda: _length(client) == 200, 10, lambda: "what was acknowledged is lost")
    process.send_signal(signal.SIGTERM)
    assert stage.ended(5) == 0
    stage.lines.clear()
    stage.start()
    stage.until("Sahayak is ready")
    assert _length(client) == 200


def _length(client: redis.Redis) -> int:
    try:
        return int(client.xlen("stream"))
    except redis.RedisError:
        return -1


def test_a_long_data_path_still_has_a_socket(stage: Stage) -> None:
    stage.data = stage.folder / ("d" * 60) / ("e" * 60)
    process = stage.start()
    stage.until("Sahayak is ready")
    process.send_signal(signal.SIGTERM)
    assert stage.ended(5) == 0


def test_a_server_named_by_redis_url_is_used_instead(stage: Stage, redis_url: str) -> None:
    stage.start(environ={"REDIS_URL": redis_url})
    stage.until("Sahayak is ready")
    assert "redis-server" not in str(stage.processes())


def test_children_get_the_settings_as_they_were_resolved(stage: Stage) -> None:
    stage.program("departments.__main__", "import os\nprint(sorted(os.environ.items()), flush=True)\n" + DESK)
    (stage.folder / ".env").write_text("SAHAYAK_WIDGET_ORIGINS=https://example.gov.in\n")
    stage.start()
    stage.until("departments: [")
    line = next(line for line in stage.lines if line.startswith("departments: ["))
    assert "('SAHAYAK_WIDGET_ORIGINS', 'https://example.gov.in')" in line
    assert "('REDIS_URL', 'unix://" in line
    assert re.search(r"\('SAHAYAK_DEPARTMENT_SECRET', '[0-9a-f]{64}'\)", line)


def test_logs_are_kept_and_what_is_printed_is_not(stage: Stage) -> None:
    stage.program(
        "departments.__main__",
        "import sys\nprint('the password is tulip', flush=True)\n"
        "print('Sunita wrote from 9876543210', file=sys.stderr, flush=True)\n" + DESK,
    )
    process = stage.start()
    stage.until("the password is tulip")
    stage.until("Sahayak is ready")
    process.send_signal(signal.SIGTERM)
    stage.ended(5)
    log = (stage.data / "logs" / "departments.log").read_text()
    assert "XXXXXXXX10" in log
    assert "9876543210" not in log
    assert "tulip" not in "".join(path.read_text() for path in (stage.data / "logs").iterdir())


def refused(stage: Stage, sentence: str, environ: dict[str, str] | None = None) -> None:
    """The start was refused with one line, and nothing was left running."""
    stage.start(environ=environ)
    assert stage.ended(30) == 1
    assert len(stage.lines) == 1, stage.said
    assert re.search(sentence, stage.said), stage.said
    assert gone(stage)


def test_a_taken_port_is_said(stage: Stage) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", stage.port))
        other.listen()
        refused(stage, rf"^Port {stage.port} is taken by another program; stop that one, or set PORT\.$")


def test_a_second_instance_is_refused(stage: Stage) -> None:
    first = stage.start()
    stage.until("Sahayak is ready")
    stage.lines.clear()
    stage.start()
    assert stage.ended(30) == 1
    assert re.fullmatch(rf"The data directory .* is in use by another Sahayak \(process {first.pid}\).*", stage.said)
    assert first.poll() is None


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"SAHAYAK_WORKERS": "2"}, "SAHAYAK_WORKERS, which is not a setting of Sahayak"),
        ({"WHATSAPP_TOKEN": "x"}, "WHATSAPP_TOKEN, which is not a setting of Sahayak"),
        ({"PORT": "http"}, "PORT must be a whole number"),
        ({"REDIS_URL": "redis://127.0.0.1:1/0"}, "The Redis server that REDIS_URL names does not answer"),
        ({"DATA_DIR": "/proc/nothing"}, "cannot be (written|made)"),
    ],
)
@pytest.mark.timeout(60)
def test_a_wrong_setting_is_one_sentence(stage: Stage, environ: dict[str, str], sentence: str) -> None:
    refused(stage, sentence, environ)


def test_a_full_disk_is_said(stage: Stage) -> None:
    if os.geteuid() != 0 or subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode:
        pytest.skip("a small disk can be mounted by root only")
    stage.data.mkdir()
    mount = f'mount -t tmpfs -o size=64k tmpfs {stage.data} && exec "$@"'
    process = stage.start(prefix=("unshare", "-m", "sh", "-c", mount, "sh"))
    assert process.wait(30) == 1
    stage.until("make room or set DATA_DIR", 2)
    assert len(stage.lines) == 1


def test_training_that_fails_is_said_and_nothing_is_started(stage: Stage) -> None:
    stage.program("nlu.train", "import sys; sys.exit(3)")
    refused(stage, "There is no model for the present data: training ended with status 3.")


def test_a_refused_model_leaves_the_one_in_force(stage: Stage) -> None:
    stage.program("nlu.train", "import sys; sys.exit(1)")
    (stage.folder / "models").mkdir()
    (stage.folder / "models" / "sahayak-1.tar.gz").touch()
    stage.start()
    stage.until("Training ended with status 1; the model in force stays.")
    stage.until("Sahayak is ready")


def test_a_signal_while_training_ends_the_training(stage: Stage) -> None:
    stage.program("nlu.train", "import time\nprint('training', flush=True)\ntime.sleep(600)\n")
    process = stage.start()
    stage.until("training")
    process.send_signal(signal.SIGINT)
    assert stage.ended(5) == 0
    assert gone(stage)


def test_a_program_that_never_comes_up_is_given_up(stage: Stage) -> None:
    stage.program("departments.__main__", "raise SystemExit('no table of that name')")
    stage.start()
    assert stage.ended(60) == 1
    assert "departments does not start (ended with status 1): no table of that name" in stage.lines[-1]
    assert gone(stage)


@pytest.mark.parametrize("recipe", ["$(PROGRAM) start.py", ": && $(PROGRAM) start.py"], ids=["direct", "by-a-shell"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_make_that_alone_got_a_signal_is_followed(stage: Stage, recipe: str, number: signal.Signals) -> None:
    (stage.folder / "Makefile").write_text(f"run:\n\t@{recipe}\n")
    (stage.folder / "start.py").write_text(stage.code)
    make = stage.start(command=("make", "-s", "run", f"PROGRAM={sys.executable}"))
    stage.until("Sahayak is ready")
    assert "redis-server" in str(stage.processes())
    make.send_signal(number)
    make.wait(20)
    wait_until(lambda: gone(stage), 20, lambda: f"left: {stage.processes()}")


def test_redis_keeps_its_files_to_itself(stage: Stage) -> None:
    stage.start()
    stage.until("Sahayak is ready")
    assert (stage.data / "redis").stat().st_mode & 0o077 == 0
    assert (stage.data / "secrets" / "department").stat().st_mode & 0o077 == 0
    assert Path(stage.data / "redis" / "redis.sock").is_socket()
