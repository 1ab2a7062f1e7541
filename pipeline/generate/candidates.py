"""What became of an asset's candidates, as far as the choice between them goes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from pipeline.errors import PipelineError, RequestRejected, TaskFailed
from pipeline.generate.job import Bought, Job, JobKey, Outcome
from pipeline.plan import fingerprint, pick
from pipeline.plan.decide import Action
from pipeline.plan.pick import Candidate
from pipeline.plan.purchase import Original
from pipeline.plan.reason import Reason
from pipeline.recipe.spec import Picture, candidate_number

FINAL: tuple[type[PipelineError], ...] = (TaskFailed, RequestRejected)
"""Ends that waiting does not mend: the service looked at the request and would not, or could not."""


def seen(outcome: Outcome, original: Original | None) -> Candidate:
    """A candidate that has ended; one that was to be made anew and was not is what it was before."""
    found, job = _ended(outcome, original), outcome.job
    entry = job.facts.entry
    if found.original is not None or entry is None or entry.paid != job.action.fingerprint:
        return found
    kept = entry.original.sha256 in job.facts.held
    return Candidate(found.number, entry.original, entry.unmet) if kept else found


def _ended(outcome: Outcome, original: Original | None) -> Candidate:
    """What this run made of it; one whose files could not be delivered is none."""
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
    return _ended(outcome, original).original is None


class Ends:
    """How the jobs of a run have ended so far, for those that take what others bring."""

    def __init__(self, jobs: Iterable[Job], made: Callable[[JobKey], Original | None]) -> None:
        """``made`` gives the original of a job that has come so far."""
        self._jobs = {job.key: job for job in jobs}
        self._made = made
        self._events = {key: asyncio.Event() for key in self._jobs}
        self._outcomes: dict[JobKey, Outcome] = {}
        self._bought: dict[JobKey, Bought] = {}  # of candidates

    def note(self, outcome: Outcome) -> None:
        """A job has ended."""
        self._outcomes[outcome.job.key] = outcome
        self._events[outcome.job.key].set()

    def brought(self, job: Job, bought: Bought) -> None:
        """A job's original is in the store."""
        if job.asset.is_candidate:
            self._bought[job.key] = bought

    def have_come(self, job: Job) -> bool:
        """Whether all candidates of an asset have ended."""
        return all(self._events[key].is_set() for key in _candidates(job))

    async def wait(self, job: Job) -> None:
        """Wait until nothing more is made of any candidate of an asset."""
        for key in _candidates(job):
            await self._events[key].wait()

    def missing(self, job: Job) -> Iterator[str]:
        """A sentence on each candidate that is not there to be picked; all have ended."""
        for outcome in self._of(job):
            if outcome.status not in ("delivered", "unchanged"):
                why = outcome.error.message if outcome.error is not None else "it was interrupted"
                yield f"candidate {candidate_number(outcome.job.asset.name)} is not there to be picked: {why}"

    def take(self, job: Job, digests: Mapping[Picture, str]) -> Action:
        """What is due for an asset, now that all its candidates have ended."""
        found = [seen(one, self._made(one.job.key)) for one in self._of(job)]
        return pick.take(job.asset, digests, job.facts, job.wishes, found)

    def more_may_come(self, job: Job) -> bool:
        """Whether a candidate is missing that a later run may bring; all have ended."""
        return any(is_open(one, self._made(one.job.key)) for one in self._of(job))

    def may_change(self, job: Job) -> bool:
        """Whether the checks may pick another candidate in a later run: nothing is made from this one now."""
        return job.action.kind == "after" and job.asset.pick == "checks" and self.more_may_come(job)

    def further(self, job: Job, digests: Mapping[Picture, str]) -> Action:
        """What is due for a candidate, now that the first is made whose task it comes with."""
        key, number = (job.recipe.key, job.asset.further_of), candidate_number(job.asset.name)
        first = self._jobs[key]
        original = self._made(key)
        if original is None:
            why = f"comes with the task of {first.asset.name}, which was not made"
            return Action("blocked", (Reason("upstream", why),))
        bought = self._bought.get(key)
        extras = bought.extras if bought is not None else ()
        facts = replace(job.facts, held=job.facts.held | {one.sha256 for one in extras})
        if bought is not None and number <= len(extras) + 1:
            found: pick.Brought | None = pick.Brought(extras[number - 2], bought.task_id)
        else:
            paid = fingerprint.paid(first.asset.request, digests)
            known = Action("none", fingerprint=paid, original=original)
            task = bought.task_id if bought is not None else pick.task_of(known, first.facts.of(paid).entry)
            found = pick.brought(job.asset, known, task, facts)
        return pick.further(job.asset, digests, facts, job.wishes, found, coming=False)

    def known(self, job: Job, action: Action) -> Bought | None:
        """What this run knows of the candidate an asset takes, or of the one whose task brought it."""
        for key in (*_candidates(job), (job.recipe.key, job.asset.further_of)):
            one, wanted = self._bought.get(key), action.original
            if one is not None and wanted is not None and wanted in (one.original, *one.extras):
                charged = one.credits if wanted == one.original else 0.0
                # Its purchase is settled with the candidate.
                return replace(one, original=wanted, credits=charged, purchase=None, extras=())
        return None

    def _of(self, job: Job) -> list[Outcome]:
        return [self._outcomes[key] for key in _candidates(job)]


def _candidates(job: Job) -> list[JobKey]:
    return [(job.recipe.key, name) for name in job.asset.candidates]
