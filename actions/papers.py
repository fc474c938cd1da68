"""A file that arrived: refused with the reason, or laid to the paper it is for."""

from __future__ import annotations

from actions.turn import Turn
from catalogue.model import DocumentUse, Service
from dialogue.draft import Draft, Paper
from dialogue.planner import needed_documents, optional_documents
from dialogue.step import Step

PROBLEMS = frozenset(
    {"too_large", "too_small", "blurred", "dark", "unreadable", "encrypted", "wrong_type", "not_received"}
)


def take(turn: Turn, service: Service, draft: Draft, step: Step) -> None:
    """Puts the file to the paper that is asked for, else to the first one still missing."""
    file = turn.message.file
    problem = str(file.get("problem", ""))
    if problem:
        turn.say(f"file_{problem if problem in PROBLEMS else 'unreadable'}")
        return
    if step.kind in ("consent", "person"):
        turn.say("file_too_early")
        turn.effect("discard", blobs=[file["blob"], file["forward"]])
        return
    use = _meant(turn, service, draft, step)
    if use is None:
        turn.say("file_not_needed")
        turn.effect("discard", blobs=[file["blob"], file["forward"]])
        return
    if use.document.image_only and not str(file["mime"]).startswith("image/"):
        turn.say("file_image_only", document=use.document.label[turn.lang])
        turn.effect("discard", blobs=[file["blob"], file["forward"]])
        return
    old = draft.papers.get(use.document.id)
    names = ("blob", "forward", "mime", "name", "sha256", "size")
    paper = Paper(**{name: file[name] for name in names}, at=turn.now.timestamp())
    turn.change(draft=draft.with_paper(use.document.id, paper))
    if old is not None:
        turn.release([old.blob, old.forward])
    turn.say("paper_taken", document=use.document.label[turn.lang])


def _meant(turn: Turn, service: Service, draft: Draft, step: Step) -> DocumentUse | None:
    if step.kind == "document":
        return step.documents[0]
    if draft.repair is not None:
        open_ids = draft.repair.documents
        return next((u for u in service.documents if u.document.id in open_ids), None)
    missing = [u for u in needed_documents(service, draft, turn.today) if u.document.id not in draft.papers]
    if missing:
        return missing[0]
    extra = optional_documents(service, draft, turn.today)
    return extra[0] if extra else None
