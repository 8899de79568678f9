"""Which label means which task: each task's own labels, and the policy's over them."""

from __future__ import annotations

from collections.abc import Mapping

from bot import tasks

NONE = "none"  # in a policy: this label means no task


def of(policy_labels: Mapping[str, str]) -> dict[str, str]:
    """Return label → task, labels in case-folded form.

    `policy_labels` win over the tasks' own; the task "none" takes a label away.
    """
    known = {
        label.casefold(): name
        for name in tasks.names()
        for label in tasks.load(name).labels
    }
    known |= {label.casefold(): task for label, task in policy_labels.items()}
    return {label: task for label, task in known.items() if task != NONE}
