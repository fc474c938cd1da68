"""Edit distance with a bound."""

from __future__ import annotations


def distance(left: str, right: str, bound: int) -> int:
    """Insertions, deletions, substitutions and swaps of neighbours from one string to the other.

    Anything above `bound` comes back as `bound + 1`; time is proportional to the shorter length times the bound.
    """
    if left == right:
        return 0
    if abs(len(left) - len(right)) > bound:
        return bound + 1
    before: list[int] = []
    previous = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        row = [i] + [bound + 1] * len(right)
        low, high = max(1, i - bound), min(len(right), i + bound)
        for j in range(low, high + 1):
            b = right[j - 1]
            best = previous[j - 1] + (a != b)
            if previous[j] + 1 < best:
                best = previous[j] + 1
            if row[j - 1] + 1 < best:
                best = row[j - 1] + 1
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b and before[j - 2] + 1 < best:
                best = before[j - 2] + 1
            row[j] = best
        if min(row[max(0, low - 1) : high + 1]) > bound:
            return bound + 1
        before, previous = previous, row
    return min(previous[-1], bound + 1)
