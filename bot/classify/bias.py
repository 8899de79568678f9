"""A team's own leaning: one small number a task, added to what the words say."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp

# In logits. A bias this large moves a text that was three to one to even.
MOST = 1.0

Distribution = tuple[tuple[str, float], ...]


def applied(distribution: Distribution, bias: Mapping[str, float]) -> Distribution:
    """Return the shares with the bias in them, likeliest first; they add up to 1."""
    if not any(bias.values()):
        return distribution
    shares = [(task, share * exp(bias.get(task, 0.0))) for task, share in distribution]
    whole = sum(share for _, share in shares) or 1.0
    biased = ((task, share / whole) for task, share in shares)
    return tuple(sorted(biased, key=lambda pair: (-pair[1], pair[0])))


def without(distribution: Distribution, bias: Mapping[str, float]) -> Distribution:
    """Return the shares as the words alone gave them."""
    return applied(distribution, {task: -value for task, value in bias.items()})
