"""What a process has loaded stays, so that the garbage collector need not go through it again and again."""

from __future__ import annotations

import gc

YOUNG = 20_000
"""New objects after which the collector looks through them. Python's 700 make it look ten times in a turn at objects
that the turn still holds; measured by turns in one process, 20,000 take a tenth off a turn, more take off no more."""


def settle() -> None:
    """To be called once everything is loaded, and again after a part of it was exchanged: the old part goes first.

    Without it a full round of the collector, of which load brings some every few seconds, goes through all modules (and
    a worker's model) and holds everybody up for some tenths of a second.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, *gc.get_threshold()[1:])
