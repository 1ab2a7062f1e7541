"""What became of candidates, as far as the choice between them goes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from builders import asset, recipe

from pipeline.errors import OutcomeUnknown, PipelineError, RequestRejected, TaskFailed, TaskTimedOut
from pipeline.generate import candidates
from pipeline.generate.job import Delivery, Job, Outcome, OutcomeStatus
from pipeline.plan.decide import Action, Facts
from pipeline.plan.lock import Entry
from pipeline.plan.pick import Candidate
from pipeline.plan.purchase import Original

HERE, OLD = Original("a" * 64, "png"), Original("b" * 64, "png")


def outcome(status: OutcomeStatus, known: Original | None = None, **changes: Any) -> Outcome:
    entry = known and Entry("p", "f", {}, {}, {}, known, {}, unmet=("small",))
    job = Job(recipe(Path("project")), asset("hero@2"), Action("create"), Facts(entry=entry))
    return Outcome(job, status, **changes)


@pytest.mark.parametrize(
    ("ended", "original", "expected"),
    [
        (outcome("delivered"), HERE, Candidate(2, HERE, (), arrived=True)),
        (
            outcome("delivered", delivery=Delivery(unmet=("dark",), trouble="not cut out")),
            HERE,
            Candidate(2, HERE, ("dark", "not cut out"), arrived=True),
        ),
        (outcome("unchanged", HERE), HERE, Candidate(2, HERE, ("small",))),
        (outcome("skipped", HERE), HERE, Candidate(2, HERE, ("small",))),
        (outcome("skipped", OLD), HERE, Candidate(2)),
        (outcome("failed", HERE), HERE, Candidate(2)),
        (outcome("unchanged"), None, Candidate(2)),
    ],
)
def test_a_candidate_as_it_ended(ended: Outcome, original: Original | None, expected: Candidate) -> None:
    assert candidates.seen(ended, original) == expected


@pytest.mark.parametrize("status", ["failed", "skipped", "interrupted"])
@pytest.mark.parametrize(
    ("paid", "held", "expected"),
    [
        ("p", {OLD.sha256}, Candidate(2, OLD, ("small",))),
        ("p", set(), Candidate(2)),  # its original is lost
        ("another", {OLD.sha256}, Candidate(2)),  # made to another request
    ],
)
def test_one_that_was_not_made_anew_is_what_it_was(
    status: OutcomeStatus, paid: str, held: set[str], expected: Candidate
) -> None:
    ended = outcome(status, OLD)
    facts = replace(ended.job.facts, held=frozenset(held))
    job = replace(ended.job, action=Action("remake", fingerprint=paid), facts=facts)
    assert candidates.seen(replace(ended, job=job), None) == expected


def test_one_that_was_not_made_anew_may_still_be() -> None:
    ended = outcome("failed", OLD, error=TaskTimedOut("slow", task_id="t"))
    facts = replace(ended.job.facts, held=frozenset({OLD.sha256}))
    job = replace(ended.job, action=Action("remake", fingerprint="p"), facts=facts)
    assert candidates.is_open(replace(ended, job=job), None)


@pytest.mark.parametrize(
    ("error", "may_come"),
    [
        (TaskFailed("refused", task_id="t"), False),
        (RequestRejected("no"), False),
        (TaskTimedOut("slow", task_id="t"), True),
        (OutcomeUnknown("lost"), True),
        (PipelineError("the limit is reached"), True),
    ],
)
def test_one_that_failed_may_come_later_unless_it_was_refused(error: PipelineError, may_come: bool) -> None:
    assert candidates.is_open(outcome("failed", error=error), None) is may_come


def test_one_that_its_task_did_not_bring_never_comes() -> None:
    assert not candidates.is_open(outcome("unchanged"), None)
    assert not candidates.is_open(outcome("delivered"), HERE)
    assert candidates.is_open(outcome("interrupted"), None)


def test_each_that_is_missing_is_told() -> None:
    own = recipe(Path("project"))
    hero = Job(own, asset("hero", candidates=("hero@1", "hero@2", "hero@3")), Action("after"))
    jobs = [Job(own, asset(name), Action("create")) for name in hero.asset.candidates]
    ends = candidates.Ends([*jobs, hero], lambda _: None)
    ends.note(Outcome(jobs[0], "delivered"))
    ends.note(Outcome(jobs[1], "failed", error=TaskFailed("too violent", task_id="t")))
    assert not ends.have_come(hero)
    ends.note(Outcome(jobs[2], "interrupted"))
    assert ends.have_come(hero)
    assert list(ends.missing(hero)) == [
        "candidate 2 is not there to be picked: too violent",
        "candidate 3 is not there to be picked: it was interrupted",
    ]
