"""One attempt to buy one picture, as the journal remembers it: plain data the planner can reason about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PurchaseState = Literal[
    "intent",  # written down before the create was sent; on its own after a crash it means "unknown"
    "unknown",  # sent, and the answer was lost: it may have been accepted and charged
    "refused",  # provably not accepted: nothing exists, nothing was charged
    "submitted",  # the service gave a task id
    "succeeded",  # the service says it is done; the result is still to be fetched
    "failed",  # the service took the task and could not do it
    "fetched",  # the original is in the store, and still to be delivered
    "delivered",  # its files were delivered
    "forgotten",  # the user gave it up
]

# The service took these, or may have taken them, and the picture is not ours yet.
OPEN_STATES: frozenset[PurchaseState] = frozenset({"intent", "unknown", "submitted", "succeeded"})
UNKNOWN_STATES: frozenset[PurchaseState] = frozenset({"intent", "unknown"})
RESUMABLE_STATES: frozenset[PurchaseState] = frozenset({"submitted", "succeeded"})


@dataclass(frozen=True, slots=True)
class Original:
    """A paid result in the store: content digest, extension from its bytes, and size in px."""

    sha256: str
    extension: str
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class Purchase:
    """A journalled create. ``credits`` is what the service said it charged, else what was expected."""

    id: int
    recipe: str
    asset: str
    fingerprint: str
    model: str
    state: PurchaseState
    account: str = ""
    task_id: str = ""
    credits: float | None = None
    created_at: float = 0.0  # seconds since the epoch
    updated_at: float = 0.0
    message: str = ""
    original: Original | None = None
    extras: tuple[Original, ...] = ()  # further results of the same task that were asked for, in order

    @property
    def originals(self) -> tuple[Original, ...]:
        """Everything it brought."""
        return (*filter(None, [self.original]), *self.extras)
