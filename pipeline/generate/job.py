"""What the engine is given to do, and what it gives back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

from pipeline.errors import PipelineError
from pipeline.plan.decide import Action, Facts, Wishes
from pipeline.plan.lock import Pick
from pipeline.plan.purchase import Original
from pipeline.recipe.spec import Asset, Picture, Recipe

JobKey = tuple[str, str]  # recipe key, asset name
OutcomeStatus = Literal["delivered", "unchanged", "failed", "skipped", "interrupted"]


@dataclass(frozen=True, slots=True)
class Job:
    """One asset with what the plan says is due; ``facts`` and ``wishes`` decide again for "after" actions."""

    recipe: Recipe = field(repr=False)
    asset: Asset
    action: Action
    facts: Facts = field(default_factory=Facts)
    wishes: Wishes = field(default_factory=Wishes)

    @property
    def key(self) -> JobKey:
        """Names the job in a run."""
        return self.recipe.key, self.asset.name


@dataclass(frozen=True, slots=True)
class Bought:
    """A paid original, in the store, and where it came from."""

    original: Original
    fingerprint: str
    described: Mapping[str, Any]  # the request with pictures named by digest
    task_id: str = ""
    credits: float | None = None  # charged for this original, when it was bought
    purchase: int | None = None  # its row in the journal, where that is known
    first: Original | None = None  # of a second render, the first, which is cut out together with it
    attempt: int = 1  # of the asset's attempts
    pick: Pick | None = None  # of an asset with candidates, the one a person picked
    extras: tuple[Original, ...] = ()  # further results of the same task that were asked for, in order
    more: bool = False  # another of its candidates is not there, and a later run may bring it
    art: Mapping[Picture, Path] = field(default_factory=dict)  # other drawings for its platform sets


@dataclass(frozen=True, slots=True)
class Delivery:
    """What was written for one asset. ``trouble`` names a local step that failed; the rest is delivered.

    ``unmet`` are the recipe's checks that the result does not pass, in words.
    ``cutout`` is what the manifest says of the cut-out, as JSON-able data; empty where there is none.
    """

    files: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    trouble: str = ""
    unmet: tuple[str, ...] = ()
    cutout: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one asset ended. ``credits`` were spent by this run; ``seconds`` from its start to its end."""

    job: Job
    status: OutcomeStatus
    credits: float = 0.0
    seconds: float = 0.0
    delivery: Delivery = field(default_factory=Delivery)
    error: PipelineError | None = None
    task_id: str = ""


class Store(Protocol):
    """Paid originals by content."""

    def holds(self, original: Original) -> bool:
        """Whether the content is here."""
        ...

    def path(self, original: Original) -> Path:
        """The local file with the content. Raises ``ProcessError`` when it is not here."""
        ...

    def scratch(self, name: str) -> Path:
        """A path for a file that ``adopt`` can move in without copying."""
        ...

    def adopt(self, file: Path, original: Original) -> None:
        """Move a finished file in. Raises ``DeliveryError``."""
        ...


Deliver = Callable[[Job, Bought], Awaitable[Delivery]]
