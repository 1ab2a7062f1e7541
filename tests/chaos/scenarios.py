"""The rows of the table: which accidents, on which project, with which faults of the service."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from chaos import accidents
from chaos.command_process import Moment
from chaos.plan import Ground, Plan, Play, bare
from chaos.project import Project, large, small, with_openai
from chaos.trial import MOMENTS

Pace = Literal["sweep", "few", "often"]

# What a day with the service may bring, by what goes wrong; each with chances at which a run still gets done.
FAULTS = {
    "busy": "too-many=0.3,key-limit=0.1,maintenance=0.1,credit-500=0.2",
    "answers lost": "create-dropped-before=0.1,create-dropped-after=0.15,create-500=0.05"
    ",create-500-after=0.05,create-html=0.05,create-no-id=0.05",
    "records": "record-500=0.15,record-html=0.1,record-dropped=0.1,record-null=0.1,state-unknown=0.1",
    "tasks fail": "fail=0.15,fail-501=0.1,no-urls=0.07,bad-result-json=0.07,stuck=0.05",
    "downloads": "slow=0.1,trickle=0.05,truncated=0.15,corrupt=0.1,html=0.05,wrong-type=0.05,expired=0.1"
    ",huge-declared=0.05,endless=0.03,bomb=0.03,redirect-private=0.03,redirect-file=0.03",
    "uploads": "upload-500=0.4,upload-dropped=0.4",
    "callbacks": "create-dropped-before=0.1,create-dropped-after=0.2,callback-missing=0.1"
    ",callback-duplicate=0.2,callback-forged=0.2,callback-late=0.1",
    "everything": "all=0.04",
}

# The same for a service whose answer to a create is the picture.
OPENAI_FAULTS = {
    "busy": "too-many=0.4,key-limit=0.1",
    "answers lost": "create-dropped-before=0.1,create-dropped-after=0.1,create-500=0.05,create-500-after=0.05"
    ",create-html=0.05,maintenance=0.05,stuck=0.1",
    "answers damaged": "create-no-id=0.1,no-urls=0.1,bad-result-json=0.1,fail=0.15,fail-501=0.1",
}


@dataclass(frozen=True, slots=True)
class Scenario:
    """One row. ``pace``: a sweep ends when a run passes through it; ``often``: again while kills lack."""

    name: str
    play: Callable[[int], Play]  # of a trial's number
    project: Callable[[], Project] = large
    pace: Pace = "few"
    faults: str = ""
    ground: Ground = bare

    def plans(self, seed: int) -> Iterator[Plan]:
        """Its trials, without end: 1, 2, 3, …"""
        number = 0
        while True:
            number += 1
            yield self.plan(number, seed)

    def plan(self, number: int, seed: int) -> Plan:
        """One trial."""
        name = f"{self.name}:{number}"
        return Plan(name, self.project(), self.play(number), self.faults, seed, self.ground)


def scenarios(*, cutout: bool = False) -> list[Scenario]:
    """Every row, in the order of the table; ``cutout``: projects have a picture that is cut out."""
    whole = (lambda: large(cutout=True)) if cutout else large
    return [*map(sweep, MOMENTS), *kills(whole), *conditions(whole), *faulty(whole), *openai()]


def sweep(moment: Moment) -> Scenario:
    """A kill at every single write of one kind."""
    return Scenario(f"kill {moment}", lambda number: accidents.killed_at(moment, number), small, pace="sweep")


def kills(project: Callable[[], Project]) -> list[Scenario]:
    """Kills at seeded moments."""
    return [
        Scenario("kill at writes", always(accidents.killed_at_writes), project, "often"),
        Scenario("kill at random", always(accidents.killed_at_random), project, "often"),
        Scenario("kill the service", always(accidents.service_killed), project, "often"),
    ]


def conditions(project: Callable[[], Project]) -> list[Scenario]:
    """Surroundings that do not play along."""
    interrupted, on_tmpfs = accidents.interrupted, accidents.tmpfs
    return [
        Scenario("Ctrl-C", always(interrupted(signal.SIGINT)), project),
        Scenario("Ctrl-C twice", always(interrupted(signal.SIGINT, signal.SIGINT)), project),
        Scenario("SIGTERM", always(interrupted(signal.SIGTERM)), project),
        Scenario("two runs at once", always(accidents.two_at_once), project),
        Scenario("clock jumps a day", always(accidents.clock_jumps), project),
        Scenario("file size limit", always(accidents.files_limited), small),
        Scenario("disk full", always(accidents.disk_full), small, ground=on_tmpfs("", "4m")),
        Scenario("output is a file", always(accidents.output_is_a_file), small),
        Scenario("folder in the way", always(accidents.folder_in_the_way), small),
        Scenario(
            "read-only before", always(accidents.read_only_before), small, ground=on_tmpfs("output", "4m")
        ),
        Scenario(
            "read-only later", always(accidents.read_only_meanwhile), small, ground=on_tmpfs("output", "4m")
        ),
    ]


def faulty(project: Callable[[], Project]) -> list[Scenario]:
    """The kills again, against a service that misbehaves."""
    plays = {"callbacks": (accidents.killed_while_listening,)}
    usual = (accidents.killed_at_random, accidents.killed_at_writes)
    return [
        Scenario(f"kill, {name}", in_turn(*plays.get(name, usual)), project, "often", faults)
        for name, faults in FAULTS.items()
    ]


def openai() -> list[Scenario]:
    """What differs where the answer to the one paid request is the picture."""
    usual = in_turn(accidents.killed_at_random, accidents.killed_at_writes)
    rows = [
        Scenario("openai, kill at writes", always(accidents.killed_at_writes), pace="often"),
        Scenario("openai, kill at random", always(accidents.killed_at_random), pace="often"),
        Scenario("openai, kill the service", always(accidents.service_killed), pace="often"),
        Scenario("openai, Ctrl-C", always(accidents.interrupted(signal.SIGINT))),
        Scenario("openai, Ctrl-C twice", always(accidents.interrupted(signal.SIGINT, signal.SIGINT))),
        Scenario("openai, two runs at once", always(accidents.two_at_once)),
        Scenario("openai, file size limit", always(accidents.files_limited), small),
    ]
    rows += [
        Scenario(f"openai, kill, {name}", usual, pace="often", faults=faults)
        for name, faults in OPENAI_FAULTS.items()
    ]
    rows += [replace(sweep(moment), name=f"openai, kill {moment}") for moment in MOMENTS]
    return [replace(row, project=partial(_by_openai, row.project)) for row in rows]


def _by_openai(project: Callable[[], Project]) -> Project:
    return with_openai(project())


def in_turn(*plays: Play) -> Callable[[int], Play]:
    """One after another."""
    return lambda number: plays[number % len(plays)]


def always(play: Play) -> Callable[[int], Play]:
    """The same for every trial; its seed makes the difference."""
    return lambda _number: play
