"""Proof of one fact from a certificate, step by step: which fact, for whom, and then its code.

The steps are taps `more:proof:<certificate>[:<test>:<limit>[:<for whom>]]`; what the person writes when asked for whom
becomes the last part (`dialogue.choices.awaited`). What can be proved is the department's to say.
"""

from __future__ import annotations

from actions.department_answers import DepartmentError, DepartmentRefused, Provable
from actions.turn import Turn
from dialogue.choices import PROOF
from dialogue.conversation import Filed
from dialogue.display import indian, isolate
from runtime.records import Attachment


def is_about_proof(turn: Turn) -> bool:
    return turn.message.kind == "choice" and turn.message.choice.startswith(PROOF)


async def offer(turn: Turn, item: Filed) -> None:
    """A tap beside a certificate that proves something. Says nothing where it does not, or nobody can tell now."""
    if await _provable(turn, item):
        turn.offer_words(f"{PROOF}{item.certificate}", "button_prove")


async def prove(turn: Turn) -> None:
    """The next step of what was tapped or written."""
    number, _, rest = turn.message.choice.removeprefix(PROOF).partition(":")
    test, _, rest = rest.partition(":")
    limit, _, audience = rest.partition(":")
    item = next((f for f in turn.state.filed if f.certificate == number), None)
    if item is None or (test and not limit.isdecimal()):
        turn.say("choice_gone")
        turn.offer_words("menu", "button_menu")
    elif not test:
        await _ask_fact(turn, item)
    elif not audience:
        _ask_receiver(turn, item, Provable(test, int(limit)))
    else:
        await _make(turn, item, Provable(test, int(limit)), audience)
    turn.hold()


async def _provable(turn: Turn, item: Filed) -> tuple[Provable, ...]:
    try:
        found = await turn.services.department.certificate(item.number)
    except DepartmentError:
        return ()
    known = (one for one in found.proofs if turn.services.messages.has(f"prove.{one.test}"))
    return tuple(known) if found.number == item.certificate else ()


def sentence(turn: Turn, fact: Provable) -> str:
    """ "annual family income below ₹2,50,000", as the person reads it."""
    limit = f"₹{indian(fact.limit)}" if fact.test == "income_below" else str(fact.limit)
    return turn.words(f"prove.{fact.test}", limit=isolate(limit, turn.lang))


async def _ask_fact(turn: Turn, item: Filed) -> None:
    facts = await _provable(turn, item)
    if not facts:
        turn.say("prove_nothing", number=isolate(item.certificate, turn.lang))
        turn.offer_words("menu", "button_menu")
        return
    turn.say("prove_what")
    for fact in facts[:9]:
        limit = f"₹{indian(fact.limit)}" if fact.test == "income_below" else str(fact.limit)
        title = turn.words(f"prove_short.{fact.test}", limit=limit)
        turn.offer(f"{PROOF}{item.certificate}:{fact.test}:{fact.limit}", title, sentence(turn, fact))


def _ask_receiver(turn: Turn, item: Filed, fact: Provable) -> None:
    turn.say("prove_for_whom", fact=sentence(turn, fact))
    turn.offer_words(f"{PROOF}{item.certificate}", "button_other_fact")
    turn.offer_words("menu", "button_menu")
    turn.numbered = False
    turn.change(pending=f"{PROOF}{item.certificate}:{fact.test}:{fact.limit}")


async def _make(turn: Turn, item: Filed, fact: Provable, audience: str) -> None:
    turn.change(pending="")
    key = f"proof:{turn.message.id}" if turn.message.id else None
    try:
        made = await turn.services.department.prove(item.certificate, turn.key, fact, audience, key)
    except DepartmentRefused as refusal:
        known = {"audience": "prove_audience", "too_many": "prove_too_often", "malformed": "prove_audience"}
        turn.say(known.get(refusal.code, "prove_not_now"))
        turn.offer_words(f"{PROOF}{item.certificate}", "button_other_fact")
    except DepartmentError:
        turn.say("department_away_status", number=isolate(item.number, turn.lang))
    else:
        url = f"{turn.services.public_url.rstrip('/')}/p/{made.token}"
        turn.say(
            "proof_here",
            fact=sentence(turn, fact),
            audience=isolate(audience, turn.lang),
            until=isolate(f"{made.expires_at.astimezone(turn.now.tzinfo):%H:%M}", turn.lang),
            url=isolate(url, turn.lang),
        )
        turn.attachments.append(Attachment(f"{url}/qr.png", "proof.png", "image/png"))
    turn.offer_words("menu", "button_menu")
