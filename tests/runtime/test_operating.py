"""Commands for whoever runs it: messages given up are shown masked and run again once; keys change under way."""

from __future__ import annotations

import io
import socket
import time
from pathlib import Path
from typing import Any

import pytest
import redis as redis_library

from runtime import keys
from runtime.codec import Codec
from runtime.envelopes import Keyring, Sealer, is_sealed, key_file
from runtime.errors import SealBroken, StartError
from runtime.operating import alive, dead, rotation, sentences
from runtime.operating.dead import DeadLetters
from runtime.records import FileRef, Inbound
from runtime.vault import Vault

CONVERSATION = "w-" + "7" * 32
NUMBER = keys.partition(CONVERSATION)
AADHAAR = "9999 4105 7058"


@pytest.fixture
def redis(redis_url: str) -> Any:
    client = redis_library.Redis.from_url(redis_url)
    yield client
    client.close()


def bury(client: Any, sealer: Sealer, identifier: str, text: str = "", file: FileRef | None = None) -> Inbound:
    inbound = Inbound(identifier, CONVERSATION, "web", "file" if file else "text", 1_763_800_000.0, text, file=file)
    sealed = sealer.seal(inbound.to_json().encode(), keys.dead(NUMBER))
    fields = {"c": CONVERSATION, "m": sealed, "why": "KeyError", "at": "1763800001.000"}
    client.xadd(keys.dead(NUMBER), fields)
    return inbound


def waiting(client: Any, folder: Path) -> list[Inbound]:
    name, codec = keys.inbox(NUMBER), Codec.under(folder)
    return [Inbound.from_json(codec.read(fields[b"m"], name)) for _, fields in client.xrange(name)]


def test_listed_shown_masked_and_replayed_once(redis: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sealer = Sealer.under(tmp_path)
    letters = DeadLetters(redis, sealer)
    inbound = bury(redis, sealer, "m1", f"my aadhaar is {AADHAAR}, phone 9876543210")
    bury(redis, sealer, "m2", file=FileRef("b" * 32, "f" * 32, "image/jpeg", 5, "Sunita Devi.jpg", "0" * 64))
    assert not any(
        AADHAAR.encode() in value for _, fields in redis.xrange(keys.dead(NUMBER)) for value in fields.values()
    )
    first, second = letters.all()
    dead.run("list", [], redis, letters)
    listed = capsys.readouterr().out
    assert first.id in listed and "KeyError" in listed and "2 messages given up" in listed
    dead.run("show", [first.id, second.id], redis, letters)
    shown = capsys.readouterr().out
    assert "XXXX XXXX 7058" in shown and "9876543210" not in shown and AADHAAR not in shown
    assert "Sunita" not in shown and "image/jpeg" in shown
    dead.run("replay", [first.id], redis, letters)
    assert waiting(redis, tmp_path) == [inbound]
    assert not letters.replay(first), "the second of two operators replays nothing"
    dead.run("drop", [second.id], redis, letters)
    assert list(letters.all()) == [] and redis.xlen(keys.inbox(NUMBER)) == 1
    with pytest.raises(StartError, match="There is no message"):
        dead.run("show", [first.id], redis, letters)
    with pytest.raises(StartError, match="Say which message"):
        dead.run("replay", [], redis, letters)


def test_all_are_replayed_in_their_order(redis: Any, tmp_path: Path) -> None:
    sealer = Sealer.under(tmp_path)
    sent = [bury(redis, sealer, f"m{number}", str(number)) for number in range(5)]
    dead.run("replay", ["all"], redis, DeadLetters(redis, sealer))
    assert waiting(redis, tmp_path) == sent
    assert redis.xlen(keys.dead(NUMBER)) == 0


def test_what_was_not_delivered_is_listed(redis: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    redis.xadd(keys.undeliverable(3), {"outbox": "o1", "conversation": CONVERSATION, "code": "131026", "at": "1"})
    dead.run("undelivered", [], redis, DeadLetters(redis, Sealer.under(tmp_path)))
    assert "code=131026" in capsys.readouterr().out


def test_the_command_says_when_nothing_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "var"))
    monkeypatch.delenv("REDIS_URL", raising=False)
    assert dead.main(["list"]) == 1
    assert "is Sahayak running?" in capsys.readouterr().err


def test_keys_change_while_everything_runs(
    redis: Any, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    worker, key = Sealer.under(tmp_path), keys.state(CONVERSATION)
    records = stored(redis, Codec(worker))
    blob = Vault(tmp_path).put(b"a paper")
    redis.set(key, worker.seal(b'{"slots":{}}', key))
    old, plain = redis.get(key), keys.state("w-" + "8" * 32)
    redis.set(plain, b'{"slots":{},"from":"before states were sealed"}')
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("REDIS_URL", redis_url)
    assert rotation.main() == 0
    told = capsys.readouterr().out
    assert "1 stored files, 2 conversations and 8 other records" in told
    assert "1 messages on their way need an older one" in told
    assert redis.get(key) != old and worker.open(redis.get(key), key) == b'{"slots":{}}'
    assert is_sealed(redis.get(plain))
    newest = key_file(tmp_path).read_text().splitlines()[-1]
    key_file(tmp_path).write_text(newest + "\n")
    assert Sealer.under(tmp_path).open(redis.get(key), key) == b'{"slots":{}}', "the old key is needed no more"
    assert Vault(tmp_path).get(blob) == b"a paper"
    codec = Codec.under(tmp_path)
    name = keys.outbox(CONVERSATION)
    replies = redis.xrange(name)
    assert [(entry, codec.read(fields[b"m"], name)) for entry, fields in replies] == records
    assert redis.ttl(name) > 0, "it still goes in its time"
    later = worker.seal(b"by a process that has not read the new key until now", key)
    assert Sealer.under(tmp_path).open(later, key), "and seals with it from then on"
    assert opened_all(redis, codec) == {
        "media": '{"name":"Sunita.pdf"}', "phone": "919811100001", "sentence": "said", "dead": "lost", "user_id": "IN.7"
    }  # fmt: skip
    with pytest.raises(SealBroken):
        codec.read(redis.xrange(keys.inbox(NUMBER))[0][1][b"m"], keys.inbox(NUMBER))


def stored(client: Any, codec: Codec) -> list[tuple[bytes, str]]:
    """One record of every kind that is kept, under the present key; returns the replies with their ids."""
    name = keys.outbox(CONVERSATION)
    texts = ["in clear, as an earlier version wrote it", "first", "आपका नाम?"]
    written = [texts[0], *(codec.write(text, name) for text in texts[1:])]
    entries = [client.xadd(name, {"m": text}) for text in written]
    client.expire(name, 1000)
    contact, media = keys.contact(CONVERSATION), keys.media(CONVERSATION, "m1")
    client.hset(contact, mapping={"channel": "whatsapp", "user_id": "IN.7"})
    client.hset(contact, "phone", codec.write("919811100001", keys.contact_field(contact, "phone")))
    client.rpush(media, codec.write('{"name":"Sunita.pdf"}', media))
    client.xadd(keys.archive(3), {"m": codec.write("said", keys.archive(3))})
    client.xadd(keys.dead(3), {"c": "c", "m": codec._sealer.seal(b"lost", keys.dead(3)), "why": "w", "at": "1"})
    client.xadd(keys.inbox(NUMBER), {"m": codec.write("on its way", keys.inbox(NUMBER))})
    return list(zip(entries, texts, strict=True))


def opened_all(client: Any, codec: Codec) -> dict[str, str]:
    contact, media = keys.contact(CONVERSATION), keys.media(CONVERSATION, "m1")
    ((_, sentence),) = client.xrange(keys.archive(3))
    ((_, lost),) = client.xrange(keys.dead(3))
    fields = {name: client.hget(contact, name) for name in keys.CONTACT_SEALED}
    return {
        "media": codec.read(client.lindex(media, 0), media),
        "sentence": codec.read(sentence[b"m"], keys.archive(3)),
        "dead": codec._sealer.open(lost[b"m"], keys.dead(3)).decode(),
        **{name: codec.read(value, keys.contact_field(contact, name)) for name, value in fields.items()},
    }


def test_a_sealed_record_opens_only_in_its_own_place(tmp_path: Path) -> None:
    sealer = Sealer(Keyring(key_file(tmp_path)))
    sealed = sealer.seal("आधार".encode(), "one")
    assert sealer.open(sealed, "one").decode() == "आधार"
    for name, raw in (
        ("two", sealed),
        ("one", sealed[:-1]),
        ("one", b"{}"),
        ("one", sealed[:-1] + bytes([sealed[-1] ^ 1])),
        ("one", sealed[:3] + b"\x99\x99" + sealed[5:]),
    ):
        with pytest.raises(SealBroken):
            sealer.open(raw, name)


def test_sentences_are_printed_and_taken_out(
    redis: Any, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = [f'{{"text": "{number}"}}' for number in range(1203)]
    codec = Codec.under(tmp_path)
    for number, line in enumerate(written):
        name = keys.archive(number % 2)
        redis.xadd(name, {"m": line if number < 100 else codec.write(line, name)})
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("REDIS_URL", redis_url)
    for arguments, left in ([], 1203), (["--take"], 0), ([], 0):
        out = io.StringIO()
        before = redis.xlen(keys.archive(0)) + redis.xlen(keys.archive(1))
        assert sentences.main(arguments, out) == 0
        assert sorted(out.getvalue().splitlines()) == (sorted(written) if before else [])
        assert redis.xlen(keys.archive(0)) + redis.xlen(keys.archive(1)) == left


def test_an_orchestrator_is_told_who_lives(
    redis: Any, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("REDIS_URL", redis_url)
    host = socket.gethostname()
    redis.set(keys.worker(f"elsewhere-{host}-1"), "model")
    redis.zadd(keys.SENDERS_ALIVE, {f"{host}-1-a": time.time() - 60, "elsewhere-1-a": time.time()})
    assert alive.main([]) == alive.main(["--sender"]) == 1
    redis.set(keys.worker(f"{host}-1-a"), "model")
    assert (alive.main([]), alive.main(["--sender"])) == (0, 1)
    redis.zadd(keys.SENDERS_ALIVE, {f"{host}-2-b": time.time()})
    assert alive.main(["--sender"]) == 0
    assert alive.main(["--other"]) == 2
