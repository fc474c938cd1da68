"""What a process has loaded stays, so that the garbage collector need not go through it again and again."""

from __future__ import annotations

import gc


def settle() -> None:
    """To be called once everything is loaded, and again after a part of it was exchanged: the old part goes first.

    Without it a full round of the collector, of which load brings some every few seconds, goes through all modules (and
    a worker's model) and holds everybody up for some tenths of a second.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
