"""What became of an asset's candidates, as far as the choice between them goes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.errors import PipelineError, RequestRejected, TaskFailed
from pipeline.generate.job import Outcome
from pipeline.plan.pick import Candidate
from pipeline.plan.purchase import Original
from pipeline.recipe.spec import candidate_number

FINAL: tuple[type[PipelineError], ...] = (TaskFailed, RequestRejected)
"""Ends that waiting does not mend: the service looked at the request and would not, or could not."""


def seen(outcome: Outcome, original: Original | None) -> Candidate:
    """A candidate that has ended; one whose files could not be delivered is none."""
    number, entry = candidate_number(outcome.job.asset.name), outcome.job.facts.entry
    if outcome.status == "delivered":
        lacking = filter(None, [outcome.delivery.trouble])  # a cut-out that failed is as bad as a check
        return Candidate(number, original, (*outcome.delivery.unmet, *lacking), arrived=True)
    delivered_before = entry is not None and entry.original == original
    if entry is not None and delivered_before and outcome.status in ("unchanged", "skipped"):
        return Candidate(number, original, entry.unmet)
    return Candidate(number)


def is_open(outcome: Outcome, original: Original | None) -> bool:
    """Whether a candidate is not there, and a later run may bring it: not so one that its task did not."""
    if outcome.status == "unchanged" or isinstance(outcome.error, FINAL):
        return False
    return seen(outcome, original).original is None


def missing(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """A sentence on each candidate that is not there to be picked."""
    for outcome in outcomes:
        if outcome.status not in ("delivered", "unchanged"):
            why = outcome.error.message if outcome.error is not None else "it was interrupted"
            yield f"candidate {candidate_number(outcome.job.asset.name)} is not there to be picked: {why}"
