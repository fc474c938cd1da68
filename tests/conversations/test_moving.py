"""A draft goes on in another conversation: two conversations on a real Redis, real worker, model and department."""

from __future__ import annotations

import asyncio
import json
import re
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from catalogue import messages
from dialogue.conversation import Conversation
from runtime import keys
from runtime.errors import BlobNotFound
from runtime.records import FileRef, Inbound, Outbound
from tests.conversations.chat import JPEG, Chat
from tests.conversations.citizen import Citizen, answer, apply_for, read

pytestmark = pytest.mark.rasa
CODE = re.compile(r"\b\d{3} \d{3} \d{3}\b")
NUMBER = re.compile(r"[A-Z]{2,6}-\d{4}-\d{6,}")


@dataclass
class Phone:
    """One conversation as its person sees it, on the queues of a real Redis."""

    post: Post
    channel: str = "web"
    conversation: str = field(default_factory=lambda: f"w-{uuid.uuid4().hex}")
    heard: list[Outbound] = field(default_factory=list)
    fresh: list[Outbound] = field(default_factory=list)

    def say(self, text: str) -> None:
        self._send("text", text=text)

    def tap(self, choice: str) -> None:
        self._send("choice", choice=choice)

    def send_file(self) -> None:
        content = JPEG + uuid.uuid4().bytes
        blob, forward = (self.post.chat.services.vault.put(content) for _ in range(2))
        self._send("file", file=FileRef(blob, forward, "image/jpeg", len(content), "a.jpg", uuid.uuid4().hex * 2))

    def _send(self, kind: str, **values: Any) -> None:
        inbound = Inbound(uuid.uuid4().hex, self.conversation, self.channel, kind, time.time(), **values)
        self.post.run(self.post.put(inbound))
        self.post.run(self.post.quiet())
        self.listen()

    def listen(self) -> None:
        """Takes in what has come since."""
        every = self.post.run(self.post.outbox(self.conversation))
        self.fresh = [one for one in every[len(self.heard) :] if one.kind == "message"]
        self.heard = every

    @property
    def text(self) -> str:
        return "\n\n".join(one.text for one in self.fresh)

    @property
    def asks(self) -> list[tuple[str, str]]:
        return [(ask.field, ask.kind) for one in self.fresh[-1:] for ask in one.asks]

    @property
    def choices(self) -> tuple[Any, ...]:
        return tuple(choice for one in self.fresh[-1:] for choice in one.choices)

    @property
    def state(self) -> Conversation:
        raw = self.post.run(self.post.states.get(self.conversation))
        return Conversation.from_slots(json.loads(raw)["slots"] if raw else {})

    def says(self, key: str, **values: Any) -> bool:
        lang = self.fresh[-1].lang
        fixed = messages.load().text(key)[lang]
        return re.search(re.sub(r"\\\{\w+\\\}", ".*", re.escape(fixed)), self.text, re.DOTALL) is not None

    def code(self) -> str:
        self.tap("more:move")
        found = CODE.search(self.text)
        assert found, self.text
        return found.group()


class Held:
    """Brings parcels like the real one, but for those with `name`, at which the worker has died.

    `late`: it had brought them, and not yet taken them away.
    """

    def __init__(self, post: Post, name: str, late: bool = False) -> None:
        self.real: Any = post.worker._parcels
        self.redis = post.redis
        self.name, self.late = f'"{name}"'.encode(), late
        self.reached = asyncio.Event()

    async def bring(self, partitions: Iterable[int]) -> int:
        count = 0
        for number in partitions:
            waiting = [fields[b"m"] for _, fields in await self.redis.xrange(keys.parcels(number))]
            if not any(self.name in one for one in waiting):
                count += await self.real.bring([number])
                continue
            if self.late:
                await self.real.bring([number])
                for one in waiting:
                    await self.redis.xadd(keys.parcels(number), {"m": one})
            self.reached.set()
        return count


class Post:
    """A worker on a real Redis, with the brain of the other tests."""

    def __init__(self, url: str, chat: Chat) -> None:
        from redis.asyncio import Redis

        from runtime.worker.states import States

        self.chat = chat
        self.redis: Any = Redis.from_url(url)
        self.states = States(self.redis, chat.services.vault.sealer())
        self.brain: Any = chat.brain
        self.task: asyncio.Task[None] | None = None
        self.worker: Any = None

    def run(self, doing: Any) -> Any:
        return self.chat.loop.run_until_complete(doing)

    def start(self) -> None:
        from runtime.worker.loop import Worker

        services = self.chat.services
        self.worker = Worker(
            self.redis, self.brain, services.vault, services.messages, uuid.uuid4().hex, lambda: uuid.uuid4().hex
        )

        async def begin() -> None:
            self.task = asyncio.create_task(self.worker.run())

        self.run(begin())

    def stop(self) -> None:
        async def end() -> None:
            if self.task is not None:
                self.worker.stop()
                await self.task
                self.task = None

        self.run(end())

    async def put(self, inbound: Inbound) -> None:
        await self.redis.xadd(keys.inbox(keys.partition(inbound.conversation)), {"m": inbound.to_json()})

    async def outbox(self, conversation: str) -> list[Outbound]:
        return [Outbound.from_json(fields[b"m"]) for _, fields in await self.redis.xrange(keys.outbox(conversation))]

    async def quiet(self) -> None:
        """Until nothing lies in an inbox or waits to be brought to one."""
        limit = time.monotonic() + 30
        while True:
            numbers = range(keys.PARTITIONS)
            left = [await self.redis.xlen(name(n)) for n in numbers for name in (keys.inbox, keys.parcels)]
            if not sum(left):
                return
            assert time.monotonic() < limit, "it does not come to rest"
            await asyncio.sleep(0.02)

    def phone(self, channel: str = "web") -> Phone:
        prefix = "w" if channel == "web" else "a"
        return Phone(self, channel, f"{prefix}-{uuid.uuid4().hex}")

    def everything(self) -> bytes:
        """All that stands in Redis but what is documented as open: replies and messages on their way."""
        found = b""
        for key in self.run(self.redis.keys("*")):
            if b":out:" in key or b":send" in key:
                continue
            kind = self.run(self.redis.type(key))
            if kind == b"string":
                found += key + (self.run(self.redis.get(key)) or b"")
            elif kind == b"hash":
                found += key + repr(self.run(self.redis.hgetall(key))).encode()
            elif kind == b"stream":
                found += key + repr(self.run(self.redis.xrange(key))).encode()
        return found


@pytest.fixture
def post(redis_url: str, new_chat: Callable[[], Chat]) -> Iterator[Post]:
    made = Post(redis_url, new_chat())
    made.start()
    yield made
    made.stop()
    made.run(made.redis.close())


def fill(phone: Phone, citizen: Citizen, until: str, service: str = "income_certificate") -> None:
    """Answers until `until` is asked for."""
    phone.say(citizen.openings[service])
    for _ in range(40):
        if not phone.asks or until in [name for ask in phone.asks for name in ask]:
            return
        kind = phone.asks[0][1]
        if kind in ("consent", "confirm"):
            phone.say(citizen.yes)
        elif kind == "document":
            phone.send_file()
        else:
            phone.say(answer(phone, citizen, service))
    raise AssertionError(phone.text)


def finish(phone: Phone, citizen: Citizen, service: str = "income_certificate") -> None:
    for _ in range(40):
        if not phone.asks:
            return
        kind = phone.asks[0][1]
        if kind in ("consent", "confirm"):
            phone.tap("confirm:yes")
        elif kind == "document":
            phone.send_file()
        else:
            phone.say(answer(phone, citizen, service))
    raise AssertionError(phone.text)


def blobs_of(post: Post, state: Conversation) -> list[bytes]:
    return [post.chat.services.vault.get(blob) for blob in state.blobs()]


@pytest.mark.parametrize("lang", ["en", "hi", "pa", "ur"])
def test_begun_on_whatsapp_and_sent_in_at_a_kiosk(post: Post, lang: str) -> None:
    citizen = read(f"{lang}_native")
    phone, kiosk = post.phone("whatsapp"), post.phone("web")
    fill(phone, citizen, "document")
    phone.send_file()
    before = phone.state
    assert before.draft is not None and before.draft.papers and before.consent
    code = phone.code()
    assert phone.says("move_code")
    kiosk.say(code.replace(" ", "") if lang == "en" else code)
    assert kiosk.says("move_found") and kiosk.fresh[-1].lang == lang, kiosk.text
    assert str(before.draft.values["applicant_name"]) in kiosk.text
    assert kiosk.state.draft is None and not kiosk.state.blobs(), "nothing is carried over before the yes"
    kiosk.tap("confirm:yes")
    phone.listen()
    assert phone.says("move_left") and phone.state.draft is None and not phone.state.blobs()
    assert kiosk.says("move_arrived") and kiosk.asks
    after = kiosk.state
    assert after.draft is not None and after.draft.id == before.draft.id
    assert (after.draft.values, after.consent) == (before.draft.values, before.consent)
    assert after.draft.papers == before.draft.papers and blobs_of(post, after)
    assert (after.people, after.filed, after.parked) == ((), (), ())
    finish(kiosk, citizen)
    assert NUMBER.search(kiosk.text), kiosk.text
    assert not post.run(post.redis.exists(keys.code(phone.conversation)))


def test_what_else_the_owner_has_stays(post: Post) -> None:
    citizen = read("en_native")
    phone, kiosk = post.phone(), post.phone()
    fill(phone, citizen, "")
    assert phone.state.filed and phone.state.people and phone.state.people[0].papers
    phone.say("I need a domicile certificate")
    while phone.asks[0][1] == "confirm":
        phone.tap("confirm:yes")
    own = phone.state
    assert own.draft is not None and own.draft.values and own.draft.papers, "what was known was taken over"
    shared = own.draft.blobs() & own.people[0].blobs()
    assert shared
    kiosk.say(phone.code())
    kiosk.tap("confirm:yes")
    phone.listen()
    moved = kiosk.state
    assert moved.draft is not None and moved.draft.values == own.draft.values
    assert moved.draft.person not in [person.id for person in own.people]
    assert (moved.people, moved.filed, moved.draft.proposed) == ((), (), {})
    assert phone.state.people == own.people and len(phone.state.filed) == len(own.filed)
    # The paper is with both, each its own: who erases leaves the other's.
    assert not moved.blobs() & phone.state.blobs()
    phone.say("delete my data")
    phone.tap("confirm:yes")
    assert blobs_of(post, moved)
    for blob in shared:
        with pytest.raises(BlobNotFound):
            post.chat.services.vault.get(blob)
    kiosk.say("delete my data")
    kiosk.tap("confirm:yes")
    for blob in moved.blobs():
        with pytest.raises(BlobNotFound):
            post.chat.services.vault.get(blob)


def test_a_code_works_once_and_for_the_first_only(post: Post) -> None:
    phone, kiosk, other = post.phone(), post.phone(), post.phone()
    fill(phone, read("en_native"), "occupation")
    old = phone.code()
    code = phone.code()
    other.say(old)
    assert other.says("move_wrong"), "a new code takes the place of the earlier one"
    kiosk.say(code)
    other.say(code)
    assert kiosk.says("move_found") and other.says("move_wrong")
    kiosk.tap("confirm:no")
    assert kiosk.says("left_as_it_is") and phone.state.draft is not None
    kiosk.say(code)
    kiosk.tap("confirm:yes")
    assert kiosk.state.draft is not None
    other.say(code)
    kiosk.tap("cancel")
    kiosk.say(code)
    assert kiosk.says("move_wrong") and other.says("move_wrong")


def test_a_code_runs_out(post: Post) -> None:
    phone, kiosk = post.phone(), post.phone()
    fill(phone, read("en_native"), "occupation")
    code = phone.code()
    life = post.run(post.redis.ttl(keys.code(phone.conversation)))
    assert 890 < life <= 900
    for key in post.run(post.redis.keys("*:code*")):
        post.run(post.redis.pexpire(key, 1))
    time.sleep(0.01)
    kiosk.say(code)
    assert kiosk.says("move_wrong")


def test_guessing_is_stopped(post: Post) -> None:
    from runtime.worker import codes

    phone, guesser, kiosk = post.phone(), post.phone(), post.phone()
    fill(phone, read("en_native"), "occupation")
    code = phone.code()
    for number in range(codes.PER_CONVERSATION):
        guesser.say(f"{number:09d}")
        assert guesser.says("move_wrong")
    guesser.say(code)
    assert guesser.says("move_limited"), "the right one does not help any more"
    assert 0 < post.run(post.redis.ttl(keys.tries(guesser.conversation))) <= codes.WINDOW_S
    assert int(post.run(post.redis.get(keys.TRIES))) == codes.PER_CONVERSATION
    post.run(post.redis.set(keys.TRIES, codes.OVERALL))
    kiosk.say(code)
    assert kiosk.says("move_limited"), "whoever it is"
    post.run(post.redis.delete(keys.TRIES))
    kiosk.say(code)
    assert kiosk.says("move_found")


def yes(phone: Phone) -> None:
    """Says yes without waiting for what comes of it."""
    post = phone.post
    inbound = Inbound(uuid.uuid4().hex, phone.conversation, phone.channel, "choice", time.time(), choice="confirm:yes")
    post.run(post.put(inbound))


def test_what_is_kept_of_it_cannot_be_read(post: Post) -> None:
    phone, kiosk = post.phone(), post.phone()
    fill(phone, read("en_native"), "document")
    code = phone.code()
    kiosk.say(code)
    held = Held(post, "moved")
    post.worker._parcels = held
    yes(kiosk)
    post.run(asyncio.wait_for(held.reached.wait(), 10))
    text = post.everything()
    assert b"moved" in text and kiosk.conversation.encode() in text
    for secret in (code, code.replace(" ", ""), "Sunita", "9876543210", "Ram Lal"):
        assert secret.encode() not in text, secret


@pytest.mark.parametrize(
    ("name", "late"), [("take", False), ("take", True), ("moved", False), ("moved", True)], ids=str
)
def test_a_worker_that_dies_between_the_two_loses_and_doubles_nothing(post: Post, name: str, late: bool) -> None:
    phone, kiosk = post.phone(), post.phone()
    fill(phone, read("en_native"), "document")
    phone.send_file()
    before = phone.state.draft
    assert before is not None
    kiosk.say(phone.code())
    held = Held(post, name, late)
    post.worker._parcels = held
    yes(kiosk)
    post.run(asyncio.wait_for(held.reached.wait(), 10))
    holders = [one for one in (phone.state, kiosk.state) if one.draft is not None and one.draft.id == before.id]
    assert len(holders) <= 1, "never in two"
    post.stop()
    post.start()
    post.run(post.quiet())
    phone.listen()
    kiosk.listen()
    assert phone.state.draft is None
    after = kiosk.state.draft
    assert after is not None and after.id == before.id and blobs_of(post, kiosk.state)
    for key, heard in (("move_arrived", kiosk.heard), ("move_left", phone.heard), ("move_gone", kiosk.heard)):
        told = messages.load().text(key)["en"].rpartition("}")[2]
        assert sum(told in one.text for one in heard) == (key != "move_gone"), key


def test_who_erases_meanwhile_is_obeyed(post: Post) -> None:
    phone, kiosk = post.phone(), post.phone()
    fill(phone, read("en_native"), "document")
    phone.send_file()
    blobs = phone.state.blobs()
    kiosk.say(phone.code())
    assert kiosk.says("move_found")
    # The giver erases before the taker says yes.
    phone.say("delete my data")
    phone.tap("confirm:yes")
    kiosk.tap("confirm:yes")
    assert kiosk.says("move_gone") and kiosk.state.draft is None
    for blob in blobs:
        with pytest.raises(BlobNotFound):
            post.chat.services.vault.get(blob)


def test_what_arrives_where_all_was_erased_is_deleted(post: Post) -> None:
    phone, kiosk = post.phone(), post.phone()
    fill(phone, read("en_native"), "document")
    phone.send_file()
    blobs = phone.state.blobs()
    kiosk.say(phone.code())
    held = Held(post, "moved")
    post.worker._parcels = held
    yes(kiosk)
    post.run(asyncio.wait_for(held.reached.wait(), 10))
    assert phone.state.draft is None
    for values in ({"kind": "text", "text": "delete my data"}, {"kind": "choice", "choice": "confirm:yes"}):
        inbound = Inbound(id=uuid.uuid4().hex, conversation=kiosk.conversation, channel="web", at=1.0, **values)  # type: ignore[arg-type]
        post.run(post.put(inbound))
        post.run(asyncio.sleep(0.5))
    assert post.run(post.states.get(kiosk.conversation)) is None
    post.worker._parcels = held.real
    post.run(post.quiet())
    assert post.run(post.states.get(kiosk.conversation)) is None
    for blob in blobs:
        with pytest.raises(BlobNotFound):
            post.chat.services.vault.get(blob)


def test_sent_in_meanwhile_it_is_not_sent_in_twice(post: Post) -> None:
    citizen = read("en_native")
    phone, kiosk = post.phone(), post.phone()
    fill(phone, citizen, "confirm")
    kiosk.say(phone.code())
    phone.tap(f"resume:{phone.state.draft.id}")  # type: ignore[union-attr]
    finish(phone, citizen)
    assert len(phone.state.filed) == 1, phone.text
    kiosk.tap("confirm:yes")
    assert kiosk.says("move_gone") and not kiosk.state.filed and kiosk.state.draft is None


def test_what_was_sent_back_stays_with_who_filed_it(post: Post) -> None:
    citizen = read("en_native")
    phone = post.phone()
    apply_for(phone, citizen, "income_certificate")
    (filed,) = phone.state.filed
    event = {
        "id": uuid.uuid4().hex,
        "number": filed.number,
        "service": filed.service,
        "stage": "sent_back",
        "sent_back": {"fields": [{"id": "father_name", "reason": "x"}], "documents": []},
        "department": "revenue",
    }
    post.run(post.put(Inbound(event["id"], phone.conversation, "web", "event", time.time(), event=event)))
    post.run(post.quiet())
    phone.listen()
    assert phone.state.parked and phone.state.parked[0].repair
    phone.tap("more:move")
    assert phone.says("nothing_to_resume")


@pytest.mark.parametrize("name", ["take", "moved", "gone"])
def test_a_department_cannot_pose_as_the_other_conversation(post: Post, name: str) -> None:
    phone = post.phone()
    fill(phone, read("en_native"), "occupation")
    before = phone.state
    draft = before.draft
    assert draft is not None
    event = {"id": uuid.uuid4().hex, name: draft.id, "by": "w-x", "by_channel": "web", "department": "revenue"}
    post.run(post.put(Inbound(event["id"], phone.conversation, "web", "event", time.time(), event=event)))
    post.run(post.quiet())
    assert phone.state.draft == draft


def test_ones_own_code_leads_back(post: Post) -> None:
    phone = post.phone()
    fill(phone, read("en_native"), "occupation")
    phone.tap("cancel")
    assert any(choice.id.startswith("more:move:") for choice in phone.choices)
    phone.tap(next(choice.id for choice in phone.choices if choice.id.startswith("more:move:")))
    found = CODE.search(phone.text)
    assert found
    phone.say(found.group())
    assert phone.says("move_here")


def test_in_the_form_nine_digits_are_an_answer(post: Post) -> None:
    phone = post.phone()
    fill(phone, read("en_native"), "occupation")
    phone.say("123456789")
    assert not phone.says("move_wrong")
    assert not post.run(post.redis.exists(keys.TRIES))


def test_in_a_claim_nine_digits_are_an_answer(post: Post) -> None:
    phone = post.phone()
    phone.tap("lang:en")
    phone.tap("more:claim")
    phone.say("482159379")
    assert phone.says("claim_born")
    assert not post.run(post.redis.exists(keys.TRIES))
