"""What came of messages under faults: counts, and a line for every one that was lost, doubled or out of its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass
class Findings:
    """Grows by `came`; `acknowledged` is the caller's to count."""

    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    disordered: int = 0
    notes: list[str] = field(default_factory=list)

    def came(self, who: str, wanted: Iterable[str], found: Iterable[str], *, ordered: bool = True) -> None:
        """`wanted`: ids in their order; `found`: what came. `x#2` is the second part of `x`, and counts as it comes.

        What came and was not wanted (sent, and never acknowledged) is judged only if it came twice.
        """
        times = Counter(found := list(found))
        firsts = list(dict.fromkeys(name.partition("#")[0] for name in found))
        wanted = list(wanted)
        lost = [name for name in wanted if name not in firsts]
        known = [name for name in firsts if name in wanted]
        disordered = ordered and known != [name for name in wanted if name in firsts]
        self.lost += len(lost)
        self.doubled += len(found) - len(times)
        self.disordered += disordered
        self.notes += [f"{who}: {name} is lost" for name in lost]
        self.notes += [f"{who}: {name} came {count} times" for name, count in times.items() if count > 1]
        self.notes += [f"{who}: came as {known}"] * disordered

    @property
    def sound(self) -> bool:
        return not (self.lost or self.doubled or self.disordered)

    def __str__(self) -> str:
        counts = (
            f"{self.acknowledged} acknowledged, {self.lost} lost, {self.doubled} doubled, {self.disordered} disordered"
        )
        return "\n".join([counts, *self.notes])
