"""What happens during a run, as data; every voice (terminal, lines, JSON) renders the same events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

EventType = Literal[
    "run-started",  # assets (names), credits (expected at most; null: unknown), output, provider, sandbox
    "waiting-for-lock",  # message
    "asset-state",  # state: one of AssetState; task_id, percent, message where known
    "asset-delivered",  # files, credits, seconds, warnings, cutout; trouble: a local step that failed
    "asset-failed",  # message, hint, credits, task_id
    "warning",  # message
    "interrupted",  # message
    "cutout-started",  # pictures (a count), output (a folder), left_out: messages
    "cutout-done",  # output, compare (files or null), method, confidence, holes, fringe, …, warnings, seconds
    "cutout-failed",  # message, hint
    "cutout-finished",  # done, failed
    "export-started",  # picture, width, height, transparent, output, targets (names), files (a count), notes
    "export-done",  # output, files (a count), bytes, removed (files), place, warnings, seconds
    "export-failed",  # message, hint
    "export-finished",  # done, failed, files, bytes, seconds
    "run-finished",  # delivered, unchanged, failed, skipped, interrupted, credits, output, pruned, code
]

AssetState = Literal[
    "blocked",  # waits for another asset
    "queued",  # waits for its turn in the rate limit
    "uploading",
    "submitted",
    "waiting",  # at the service
    "generating",
    "downloading",
    "processing",  # cut-out and export
    "delivered",
    "unchanged",
    "failed",
    "skipped",
]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. ``data`` is JSON-able; ``asset`` is empty for events of the whole run."""

    type: EventType
    recipe: str = ""
    asset: str = ""
    data: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The event as one flat JSON object, for ``--json``."""
        head: dict[str, Any] = {"event": self.type}
        if self.recipe:
            head["recipe"] = self.recipe
        if self.asset:
            head["asset"] = self.asset
        return head | self.data


Emit = Callable[[Event], None]


def ignore(_event: Event) -> None:
    """A listener that is not interested."""
