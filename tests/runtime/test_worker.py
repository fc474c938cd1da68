"""The worker on a real Redis, with a brain that says what it heard: order, fencing, burial, take-over, alarms."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from catalogue import messages
from runtime import keys
from runtime.codec import Codec
from runtime.envelopes import is_sealed
from runtime.records import Inbound, Outbound
from runtime.vault import Vault
from tests.severed import Line, severed

pytestmark = pytest.mark.rasa
PEOPLE, MESSAGES = 20, 10


class Echo:
    """A brain that repeats, counts in its state, and fails or dawdles when told to."""

    def __init__(self, model: str = "echo") -> None:
        self.model = model
        self.poison = ""
        self.pause = 0.0
        self.heard: list[str] = []

    async def turn(self, inbound: Inbound, state: bytes | None) -> Any:
        from runtime.worker.alarms import HELD, Alarm
        from runtime.worker.brain import TurnResult

        if self.poison and self.poison in inbound.text:
            raise KeyError("poison")
        await asyncio.sleep(self.pause)
        self.heard.append(inbound.text)
        turns = json.loads(state)["slots"]["turns"] + 1 if state else 1
        said = Outbound(
            uuid.uuid4().hex, inbound.conversation, inbound.channel, in_reply_to=inbound.id, text=str(turns)
        )
        alarms = (Alarm(HELD, "d1", 0.0),) if inbound.text == "hold" else ()
        if inbound.event.get("held"):
            alarms = (Alarm(HELD, "d1", None),)
        erased = inbound.text == "erase"
        after = None if erased else json.dumps({"slots": {"turns": turns, "language": "hi", "language_chosen": True}})
        return TurnResult(after, (said,), (), erased, alarms, "inform", "hi", sentence=f"heard: {inbound.text}")


class Bench:
    """Redis, a vault, and workers on them."""

    def __init__(self, url: str, folder: Path) -> None:
        from redis.asyncio import Redis

        self.redis: Any = Redis.from_url(url)
        self.folder = folder
        self.vault = Vault(folder)
        self.codec = Codec(self.vault.sealer())

    def worker(self, name: str, brain: Echo) -> Any:
        from runtime.worker.loop import Worker

        return Worker(self.redis, brain, self.vault, messages.load(), name, lambda: uuid.uuid4().hex)  # type: ignore[arg-type]

    async def say(self, conversation: str, text: str, **more: Any) -> Inbound:
        inbound = Inbound(uuid.uuid4().hex, conversation, "web", "text", time.time(), text)
        inbound = replace(inbound, **more)
        inbox = keys.inbox(keys.partition(conversation))
        await self.redis.xadd(inbox, {"m": self.codec.write(inbound.to_json(), inbox)})
        return inbound

    async def replies(self, conversation: str) -> list[Outbound]:
        outbox = keys.outbox(conversation)
        entries = await self.redis.xrange(outbox)
        return [Outbound.from_json(self.codec.read(fields[b"m"], outbox)) for _, fields in entries]

    async def until(self, holds: Callable[[], Awaitable[bool]], seconds: float = 20) -> None:
        limit = time.monotonic() + seconds
        while not await holds():
            assert time.monotonic() < limit, "it did not come about"
            await asyncio.sleep(0.02)

    async def drained(self) -> bool:
        return not sum([await self.redis.xlen(keys.inbox(number)) for number in range(keys.PARTITIONS)])


Test = Callable[[Bench], Awaitable[None]]


@pytest.fixture
def bench(redis_url: str, tmp_path: Path) -> Iterator[Callable[[Test], None]]:
    def run(test: Test) -> None:
        async def whole() -> None:
            made = Bench(redis_url, tmp_path)
            await test(made)
            await made.redis.close()

        asyncio.run(whole())

    yield run


def person(number: int) -> str:
    return f"w-{number:032x}"


def test_two_workers_keep_every_conversation_in_order_and_say_nothing_twice(bench: Callable[[Test], None]) -> None:
    async def test(made: Bench) -> None:
        sent: dict[str, list[str]] = {person(number): [] for number in range(PEOPLE)}
        workers = [made.worker("one", Echo()), made.worker("two", Echo())]
        tasks = [asyncio.create_task(worker.run()) for worker in workers]
        for number in range(MESSAGES):
            for conversation in sent:
                sent[conversation].append((await made.say(conversation, str(number))).id)
            await asyncio.sleep(0.05)
        await made.until(made.drained)
        for conversation, ids in sent.items():
            replies = await made.replies(conversation)
            assert [reply.in_reply_to for reply in replies] == ids
            assert [reply.text for reply in replies] == [str(n) for n in range(1, MESSAGES + 1)]
        for worker in workers:
            worker.stop()
        await asyncio.gather(*tasks)

    bench(test)


def test_what_a_dead_worker_had_begun_another_ends_within_ten_seconds(bench: Callable[[Test], None]) -> None:
    async def test(made: Bench) -> None:
        from runtime.worker.leases import Leases

        first = Leases(made.redis, "dead")
        await first.beat("echo")
        await first.balance()
        assert len(first.held) == keys.PARTITIONS
        conversation = person(1)
        stream = keys.inbox(keys.partition(conversation))
        await made.redis.xgroup_create(stream, keys.GROUP, id="0", mkstream=True)
        sent = await made.say(conversation, "begun")
        assert await made.redis.xreadgroup(keys.GROUP, "owner", {stream: ">"}), "read by the one that died"
        # Made first: its imports take their time on a busy machine.
        worker = made.worker("heir", Echo())
        died = time.monotonic()
        task = asyncio.create_task(worker.run())
        await made.until(made.drained, 15)
        assert time.monotonic() - died < 10
        assert [reply.in_reply_to for reply in await made.replies(conversation)] == [sent.id]
        worker.stop()
        await task

    bench(test)


def test_a_worker_that_lost_its_lease_changes_nothing(bench: Callable[[Test], None]) -> None:
    async def test(made: Bench) -> None:
        from runtime.worker.commit import Commit, Committer, LeaseLost

        conversation = person(2)
        number = keys.partition(conversation)
        await made.say(conversation, "hi")
        ((entry, _),) = await made.redis.xrange(keys.inbox(number))
        await made.redis.set(keys.lease(number), "other:7")
        said = Outbound("o", conversation, "web", text="never")
        turn = Commit(conversation, entry.decode(), b"state", (said,), True, alarms=(("x|y|held|z", 1.0),))
        before = sorted(await made.redis.keys())
        with pytest.raises(LeaseLost):
            await Committer(made.redis, made.codec).commit("mine:6", turn)
        assert sorted(await made.redis.keys()) == before and not await made.drained()

    bench(test)


def test_a_commit_whose_answer_was_lost_is_not_done_again(bench: Callable[[Test], None]) -> None:
    async def test(made: Bench) -> None:
        from runtime.worker.commit import Code, Commit, Committer

        conversation = person(2)
        number = keys.partition(conversation)
        await made.say(conversation, "hi")
        ((entry, _),) = await made.redis.xrange(keys.inbox(number))
        await made.redis.set(keys.lease(number), "mine:6")
        parcel = Inbound("p", person(3), "web", "event", 1.0, event={"take": "d"})
        turn = Commit(
            conversation,
            entry.decode(),
            b"state",
            (Outbound("o", conversation, "web", text="once"),),
            False,
            code=Code("a" * 64, "d", "web"),
            parcels=(parcel,),
        )
        await Committer(made.redis, made.codec).commit("mine:6", turn)
        await Committer(made.redis, made.codec).commit("mine:6", turn)
        assert len(await made.replies(conversation)) == 1
        assert await made.redis.xlen(keys.parcels(number)) == 1

    bench(test)


def test_a_code_that_is_somebody_elses_is_not_given(bench: Callable[[Test], None]) -> None:
    async def test(made: Bench) -> None:
        from runtime.worker.commit import Code, CodeTaken, Commit, Committer

        first = person(2)
        number = keys.partition(first)
        second = next(person(n) for n in itertools.count(3) if keys.partition(person(n)) == number)
        await made.redis.set(keys.lease(number), "mine:6")
        for conversation in (first, second):
            await made.say(conversation, "hi")
        entries = [entry.decode() for entry, _ in await made.redis.xrange(keys.inbox(number))]
        code = Code("a" * 64, "d", "web")
        committer = Committer(made.redis, made.codec)
        await committer.commit("mine:6", Commit(first, entries[0], b"state", (), False, code=code))
        before = sorted(await made.redis.keys())
        with pytest.raises(CodeTaken):
            await committer.commit("mine:6", Commit(second, entries[1], b"state", (), False, code=code))
        assert sorted(await made.redis.keys()) == before
        assert await made.redis.xlen(keys.inbox(number)) == 1, "the turn runs again, with another code"
        assert await made.redis.get(keys.coded(number, "a" * 64)) == first.encode()
        # Erasure and the draft's way over end it.
        await committer.commit("mine:6", Commit(second, entries[1], b"state", (), False))
        await made.say(first, "bye")
        ((entry, _),) = await made.redis.xrange(keys.inbox(number))
        await committer.commit("mine:6", Commit(first, entry.decode(), None, (), False, erase=True))
        assert not await made.redis.exists(keys.code(first))

    bench(test)


def test_a_lease_that_goes_and_comes_back_keeps_the_order(bench: Callable[[Test], None]) -> None:
    async def test(made: Bench) -> None:
        brain = Echo()
        brain.pause = 0.02
        worker = made.worker("one", brain)
        task = asyncio.create_task(worker.run())
        conversation = person(9)
        number = keys.partition(conversation)
        sent = [(await made.say(conversation, str(n))).id for n in range(20)]
        for _ in range(3):
            before = len(await made.replies(conversation))

            async def further(seen: int = before) -> bool:
                return len(await made.replies(conversation)) > seen

            await made.until(further)
            await made.redis.delete(keys.lease(number))
            sent += [(await made.say(conversation, "more")).id for _ in range(10)]
        await made.until(made.drained, 40)
        replies = await made.replies(conversation)
        assert [reply.in_reply_to for reply in replies] == sent
        assert [reply.text for reply in replies] == [str(n) for n in range(1, len(sent) + 1)]
        worker.stop()
        await task

    bench(test)


def test_what_another_worker_did_meanwhile_is_gone_on_from(bench: Callable[[Test], None]) -> None:
    """A partition goes to another worker and comes back to one that has the state of before at hand."""

    async def test(made: Bench) -> None:
        from runtime.worker.commit import Commit, Committer
        from runtime.worker.states import States

        worker = made.worker("one", Echo())
        task = asyncio.create_task(worker.run())
        conversation = person(9)
        number = keys.partition(conversation)
        for text in ("one", "two"):
            await made.say(conversation, text)
            await made.until(made.drained)
        await made.redis.set(keys.lease(number), "other:99")

        async def lost() -> bool:
            return number not in worker._leases.held

        await made.until(lost)
        sealer = made.vault.sealer()
        state = States(made.redis, sealer).sealed(conversation, '{"slots": {"turns": 40}}')
        theirs = await made.say(conversation, "to the other")
        ((entry, _),) = await made.redis.xrange(keys.inbox(number))
        said = Outbound("o", conversation, "web", in_reply_to=theirs.id, text="40")
        assert await Committer(made.redis, made.codec).commit(
            "other:99", Commit(conversation, entry.decode(), state, (said,), False)
        )
        await made.redis.delete(keys.lease(number))
        await made.say(conversation, "back")
        await made.until(made.drained)
        assert [reply.text for reply in await made.replies(conversation)] == ["1", "2", "40", "41"]
        worker.stop()
        await task

    bench(test)


def test_a_redis_that_was_emptied_begins_anew(bench: Callable[[Test], None]) -> None:
    async def test(made: Bench) -> None:
        worker = made.worker("one", Echo())
        task = asyncio.create_task(worker.run())
        conversation = person(9)
        for text in ("one", "two"):
            await made.say(conversation, text)
            await made.until(made.drained)
        assert [reply.text for reply in await made.replies(conversation)] == ["1", "2"]
        number = keys.partition(conversation)
        before = worker._leases.held[number]
        await made.redis.flushall()
        await made.say(conversation, "three")
        await made.until(made.drained)
        assert [reply.text for reply in await made.replies(conversation)] == ["1"], "nothing of before is remembered"
        assert int(worker._leases.held[number].rpartition(":")[2]) > int(before.rpartition(":")[2])
        worker.stop()
        await task

    bench(test)


def test_a_worker_that_dies_of_a_message_has_tried_it(bench: Callable[[Test], None]) -> None:
    """The first attempt is not written down; that the entry was handed out before tells of it."""

    async def test(made: Bench) -> None:
        conversation = person(3)
        number = keys.partition(conversation)
        await made.redis.xgroup_create(keys.inbox(number), keys.GROUP, id="0", mkstream=True)
        await made.say(conversation, "deadly")
        await made.redis.xreadgroup(keys.GROUP, "owner", {keys.inbox(number): ">"})
        brain = Echo()
        brain.poison = "deadly"
        worker = made.worker("one", brain)
        task = asyncio.create_task(worker.run())

        async def tried() -> bool:
            return bool(await made.redis.hvals(keys.attempts(number)))

        await made.until(tried)
        assert (await made.redis.hvals(keys.attempts(number)))[0] in (b"2", b"3")
        worker.stop()
        await task

    bench(test)


def test_a_message_that_fails_five_times_is_buried_and_the_next_one_runs(bench: Callable[[Test], None]) -> None:
    async def test(made: Bench) -> None:
        from runtime.worker.states import States

        brain = Echo()
        worker = made.worker("one", brain)
        task = asyncio.create_task(worker.run())
        conversation = person(3)
        await made.say(conversation, "hello")
        brain.poison = "9999 4105 7058"
        bad = await made.say(conversation, f"my number is {brain.poison}")
        good = await made.say(conversation, "still there?")
        await made.until(made.drained, 30)
        replies = await made.replies(conversation)
        apology = messages.load().render("apology", "hi")
        assert [(r.in_reply_to, r.text) for r in replies if r.in_reply_to == bad.id and r.text] == [(bad.id, apology)]
        assert replies[-1].in_reply_to == good.id and replies[-1].text == "2", "the state is as before the failure"
        number = keys.partition(conversation)
        ((_, fields),) = await made.redis.xrange(keys.dead(number))
        assert fields[b"why"] == b"KeyError" and fields[b"c"].decode() == conversation
        assert Inbound.from_json(made.vault.sealer().open(fields[b"m"], keys.dead(number))) == bad
        raw = await made.redis.get(keys.state(conversation))
        assert is_sealed(raw) and b"language" not in raw
        assert json.loads(await States(made.redis, made.vault.sealer()).get(conversation) or b"")["slots"]["turns"] == 2
        # Erasure takes what was buried of this person along, and of nobody else.
        other = next(person(n) for n in itertools.count(4) if keys.partition(person(n)) == number)
        await made.redis.xadd(keys.dead(number), {"c": other, "m": b"x", "why": "y", "at": "0"})
        await made.say(conversation, "erase")
        await made.until(made.drained)
        assert [fields[b"c"].decode() for _, fields in await made.redis.xrange(keys.dead(number))] == [other]
        assert await made.redis.get(keys.state(conversation)) is None
        assert len(await made.replies(conversation)) == 1, "only the last words"
        worker.stop()
        await task

    bench(test)


def test_an_alarm_comes_in_its_time_and_until_it_is_settled(bench: Callable[[Test], None]) -> None:
    async def test(made: Bench) -> None:
        from runtime.worker.alarms import AGAIN_S, Alarms

        alarms, name = Alarms(made.redis, made.codec), "web|" + person(5) + "|held|d1"
        number = keys.partition(person(5))
        await made.redis.zadd(keys.alarms(number), {name: 1000.5})
        everywhere = range(keys.PARTITIONS)
        assert await alarms.ring(everywhere, 1000.0) == 0
        assert await alarms.ring(everywhere, 1001.0) == 1
        assert await alarms.ring(everywhere, 1002.0) == 0, "not again at once"
        assert await alarms.ring(everywhere, 1001.5 + AGAIN_S) == 1, "again when nothing was heard"
        ((_, fields), _) = await made.redis.xrange(keys.inbox(number))
        event = Inbound.from_json(made.codec.read(fields[b"m"], keys.inbox(number)))
        assert (event.kind, event.conversation, dict(event.event)) == ("event", person(5), {"held": "d1"})
        worker = made.worker("one", Echo())
        task = asyncio.create_task(worker.run())

        async def settled() -> bool:
            return await made.drained() and not await made.redis.zcard(keys.alarms(number))

        await made.until(settled)
        before = len(await made.replies(person(5)))
        await made.say(person(5), "hold")

        async def rung() -> bool:
            return len(await made.replies(person(5))) == before + 2 and await settled()

        await made.until(rung)
        worker.stop()
        await task

    bench(test)


def test_a_silent_conversation_is_forgotten_with_its_papers(bench: Callable[[Test], None]) -> None:
    async def test(made: Bench) -> None:
        from dialogue.tracker_store import TurnTrackerStore
        from runtime.worker.alarms import IDLE
        from runtime.worker.brain import Brain

        paper = {"blob": "b1", "forward": "f1", "mime": "image/jpeg", "name": "x", "sha256": "0", "size": 1}
        draft = {
            "id": "d1", "service": "income_certificate", "person": "p", "started": 0.0, "papers": {"photo": paper},
            "skipped": [], "warned": [], "editing": [], "last_asked": [], "trail": [],
        }  # fmt: skip
        state = json.dumps({"v": 1, "slots": {"parked": [draft]}, "loop": None})
        event = Inbound("i", person(6), "whatsapp", "event", 1.0, event={IDLE: "1"})
        brain = Brain.__new__(Brain)
        brain._store = TurnTrackerStore(None)
        brain._new_id = lambda: "o"
        brain._services = type("Now", (), {"now": staticmethod(lambda: __import__("datetime").datetime.now())})()
        result = await brain.turn(event, state)
        assert result.erased and result.state is None and result.discard == ("b1", "f1")
        assert [outbound.kind for outbound in result.outbounds] == ["turn_end"], "no word, but the sender hears of it"
        assert all(alarm.after is None for alarm in result.alarms)

    bench(test)


def test_a_newly_trained_model_takes_over_without_losing_a_message(bench: Callable[[Test], None]) -> None:
    async def test(made: Bench) -> None:
        old, new = Echo("old"), Echo("new")
        worker = made.worker("one", old)
        task = asyncio.create_task(worker.run())
        for number in range(100):
            await made.say(person(number % 7), str(number))
            if number == 50:
                await made.until(lambda: _some(old.heard))
                worker.brain = new
        await made.until(made.drained)
        assert sorted(map(int, old.heard + new.heard)) == list(range(100))
        assert old.heard and new.heard
        worker.stop()
        await task

    bench(test)


async def _some(heard: list[str]) -> bool:
    return bool(heard)


def test_nothing_of_a_turn_stands_in_clear(bench: Callable[[Test], None]) -> None:
    async def test(made: Bench) -> None:
        worker = made.worker("one", Echo())
        task = asyncio.create_task(worker.run())
        await made.say(person(7), "Kamlesh of Mehrauli", channel="whatsapp")
        await made.say(person(7), "hold", channel="whatsapp")
        # An earlier version's entry, and one that only somebody with another key can open.
        number = keys.partition(person(7))
        old = Inbound("old", person(7), "whatsapp", "text", time.time(), "in clear")
        await made.redis.xadd(keys.inbox(number), {"m": old.to_json()})
        strange = Codec.under(made.folder / "elsewhere").write(old.to_json(), keys.inbox(number))
        left = await made.redis.xadd(keys.inbox(number), {"m": strange})
        await made.say(person(7), "after it", channel="whatsapp")

        async def answered() -> bool:
            return len(await made.replies(person(7))) == 5

        await made.until(answered)
        worker.stop()
        await task
        assert [entry for entry, _ in await made.redis.xrange(keys.inbox(number))] == [left], "kept for who has the key"
        outbox = keys.outbox(person(7))
        records = [
            fields[b"m"] for name in (outbox, keys.sendbox(number)) for _, fields in await made.redis.xrange(name)
        ]
        sentences = [fields[b"m"] for _, fields in await made.redis.xrange(keys.archive(number))]
        assert len(records) == 10 and len(sentences) == 5
        assert not any(b"{" in record or person(7).encode() in record for record in records + sentences)
        assert made.codec.read(sentences[0], keys.archive(number)) == "heard: Kamlesh of Mehrauli"

    bench(test)


def test_a_turn_whose_commit_was_not_answered_is_said_once(redis_url: str, tmp_path: Path) -> None:
    """The server committed, and the answer was lost: the same commit is made again, not the turn."""

    async def test(line: Line) -> None:
        made, beside, brain = Bench(line.url, tmp_path), Bench(redis_url, tmp_path), Echo()
        worker = made.worker("one", brain)
        task = asyncio.create_task(worker.run())
        sent = [(await beside.say(person(3), "first")).id]
        await beside.until(beside.drained)
        line.lose(b"EVALSHA", keys.outbox(person(3)).encode(), answer=b":1", times=2)
        sent += [(await beside.say(person(3), str(number))).id for number in range(4)]
        await beside.until(beside.drained)
        replies = await beside.replies(person(3))
        assert line.lost == 2
        assert [reply.in_reply_to for reply in replies] == sent
        assert [reply.text for reply in replies] == ["1", "2", "3", "4", "5"]
        assert brain.heard == ["first", "0", "1", "2", "3"]
        assert not await beside.redis.hgetall(keys.attempts(keys.partition(person(3))))
        worker.stop()
        await task
        for bench in (made, beside):
            await bench.redis.close()

    with severed(redis_url) as line:
        asyncio.run(test(line))


def test_messages_handed_out_unseen_run_in_their_place(redis_url: str, tmp_path: Path) -> None:
    """The server handed entries to the worker, and the answer was lost."""

    async def test(line: Line) -> None:
        made, beside = Bench(line.url, tmp_path), Bench(redis_url, tmp_path)
        worker = made.worker("one", Echo())
        task = asyncio.create_task(worker.run())
        sent = [(await beside.say(person(3), "first")).id]
        await beside.until(beside.drained)
        line.lose(b"XREADGROUP", answer=b"U1Ix")
        sent += [(await beside.say(person(3), str(number))).id for number in range(3)]
        await beside.until(lambda: _some(["lost"] * line.lost))
        sent += [(await beside.say(person(3), str(number))).id for number in range(3, 6)]
        await beside.until(beside.drained, 10)
        assert [reply.in_reply_to for reply in await beside.replies(person(3))] == sent
        worker.stop()
        await task
        for bench in (made, beside):
            await bench.redis.close()

    with severed(redis_url) as line:
        asyncio.run(test(line))


def test_a_file_that_comes_too_late_does_not_come_at_all(bench: Callable[[Test], None]) -> None:
    async def test(made: Bench) -> None:
        from runtime.worker.files import MISSING, awaited

        said = Inbound("i", person(4), "whatsapp", "file", 1.0, media="m1")
        key = keys.media(person(4), "m1")
        assert (await awaited(made.redis, made.codec, said, patience=1)).file == MISSING
        assert await made.redis.llen(key) == 1 and await made.redis.ttl(key) > 7 * 24 * 3600
        begin = time.monotonic()
        assert (await awaited(made.redis, made.codec, said)).file == MISSING, "run again, the turn decides the same"
        assert time.monotonic() - begin < 1
        # In the gateway, `_HAND_OVER` finds this first and has the file thrown away.
        other = replace(said, media="m2")
        waiting = asyncio.create_task(awaited(made.redis, made.codec, other, patience=20))
        await asyncio.sleep(0.3)
        came = replace(MISSING, problem="", blob="b", forward="f")
        place = keys.media(person(4), "m2")
        await made.redis.rpush(place, made.codec.write(json.dumps(asdict(came)), place))
        assert (await waiting).file == came

    bench(test)


def test_a_message_of_a_newer_kind_waits_and_the_others_run(bench: Callable[[Test], None]) -> None:
    async def story(b: Bench) -> None:
        name = person(1)
        inbox = keys.inbox(keys.partition(name))
        known = Inbound("m1", name, "web", "text", time.time(), "from tomorrow").to_json()
        newer = json.dumps({**json.loads(known), "a_field_of_tomorrow": 1})
        await b.redis.xadd(inbox, {"m": b.codec.write(newer, inbox)})
        await b.redis.xadd(inbox, {"m": b.codec.write("no JSON at all", inbox)})
        brain = Echo()
        worker = b.worker("one", brain)
        running = asyncio.create_task(worker.run())
        await b.say(name, "from today")
        await b.until(lambda: _some(brain.heard))
        await b.until(lambda: _left(b, inbox, 2))
        assert not running.done() and brain.heard == ["from today"]
        worker.stop()
        await running

    bench(story)


async def _left(b: Bench, inbox: str, count: int) -> bool:
    return bool(await b.redis.xlen(inbox) == count)


def test_old_states_that_were_not_sealed_are_read(bench: Callable[[Test], None]) -> None:
    async def test(made: Bench) -> None:
        from runtime.worker.states import States

        await made.redis.set(keys.state(person(8)), b'{"slots":{"turns":4}}')
        worker = made.worker("one", Echo())
        task = asyncio.create_task(worker.run())
        await made.say(person(8), "hi")
        await made.until(made.drained)
        assert [reply.text for reply in await made.replies(person(8))] == ["5"]
        assert is_sealed(await made.redis.get(keys.state(person(8))))
        assert await States(made.redis, made.vault.sealer()).get(person(8))
        worker.stop()
        await task

    bench(test)


def test_the_number_a_person_writes_from_is_the_contacts(bench: Callable[[Test], None]) -> None:
    async def test(made: Bench) -> None:
        from redis.asyncio import Redis

        from runtime.worker.contacts import Contacts

        for conversation, phone in ((person(11), "919876543210"), (person(12), "not a number")):
            contact = keys.contact(conversation)
            sealed = made.codec.write(phone, keys.contact_field(contact, "phone"))
            await made.redis.hset(contact, mapping={"phone": sealed, "channel": "whatsapp"})
        found = [await Contacts(made.redis, made.codec).phone(person(number)) for number in (11, 12, 13)]
        assert found == ["919876543210", "", ""]
        away: Any = Redis(port=9, socket_connect_timeout=0.2)
        assert await Contacts(away, made.codec).phone(person(11)) == "", "then the person is asked"

    bench(test)
