"""``recipes/hero-and-video.yaml``, killed between any two steps of the hero, its enlargement and its film.

One project is killed at every step in turn, each time by ``kill -9``, and run again by the same command.
"""

from __future__ import annotations

import json
import signal
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import moving
import pytest
from chaos import steps
from chaos.audit import leftovers
from chaos.command_process import Rig
from chaos.processes import Command, environ
from chaos.service import KEY, Service

LATENCY_S = 0.2


@dataclass
class Chain:
    """The video and what it is made from, at a service that counts."""

    root: Path
    service: Service
    logs: Path
    commands: int = 0

    @property
    def names(self) -> list[str]:
        return moving.chain(self.root)

    def run(self, *options: str, step: str = "", only: str = "") -> tuple[int, str]:
        """The command to its end, or to ``step`` of it; its exit code and what it said."""
        self.commands += 1
        log = self.logs / f"{self.commands:02}.log"
        env = environ(KIE_API_BASE_URL=self.service.url, KIE_API_KEY=KEY)
        command = ["run", moving.RECIPE, "--yes", "--only", only or self.names[-1], *options]
        code = Command(command, self.root, log, env, Rig(kill_step=step)).end()
        return code, log.read_text()

    def kill_at(self, step: str, *options: str, only: str = "") -> None:
        code, said = self.run(*options, step=step, only=only)
        assert code == -signal.SIGKILL, f"it never came to: {step}\n{said}"

    def creates(self) -> Counter[str]:
        """Accepted creates by model: no two assets of the chain have the same."""
        return Counter(task["request"]["model"] for task in self.service.ledger()["creates"])

    @property
    def models(self) -> dict[str, str]:
        return {asset.name: asset.request.model for asset in moving.assets(self.root)}

    def once_each(self) -> Counter[str]:
        return Counter(self.models[name] for name in self.names)

    def lock(self) -> dict[str, Any]:
        """What was delivered, without the tasks it came of."""
        text = (self.root / "recipes" / f"{moving.STEM}.lock.json").read_text()
        entries: Mapping[str, dict[str, Any]] = json.loads(text)["assets"]
        return {name: {**entry, "task": ""} for name, entry in entries.items()}

    def delivered(self) -> dict[str, list[str]]:
        """The files of each asset of the chain, in the order in which they are put in place."""
        text = (self.root / "output" / moving.STEM / "manifest.json").read_text()
        listed = json.loads(text)["assets"]
        return {name: [file["file"] for file in listed[name]["files"]] for name in self.names}


@contextmanager
def chain(folder: Path) -> Iterator[Chain]:
    with Service(folder / "service", results="of-request", latency_s=LATENCY_S) as service:
        logs = folder / "commands"
        logs.mkdir()
        yield Chain(moving.copy_to(folder / "project"), service, logs)


@pytest.fixture
def killed(tmp_path: Path) -> Iterator[Chain]:
    with chain(tmp_path) as made:
        yield made


@dataclass(frozen=True)
class Undisturbed:
    """What one run comes to that nobody kills."""

    lock: Mapping[str, Any]
    delivered: Mapping[str, list[str]]
    spent: float


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    with chain(tmp_path_factory.mktemp("undisturbed")) as made:
        code, said = made.run()
        assert code == 0, said
        assert made.creates() == made.once_each()
        return Undisturbed(made.lock(), made.delivered(), spent(made))


def spent(made: Chain) -> float:
    return float(sum(task["charged"] for task in made.service.ledger()["creates"]))


def check_end(made: Chain, undisturbed: Undisturbed) -> None:
    """Everything is as if nothing had happened, and stays so."""
    assert made.lock() == undisturbed.lock
    assert made.delivered() == undisturbed.delivered
    assert list(leftovers(made.root)) == []
    before = made.service.ledger()["requests"]
    code, said = made.run()
    assert (code, f"{len(made.names)} unchanged" in said) == (0, True), said
    asked = {path: n for path, n in made.service.ledger()["requests"].items() if "ledger" not in path}
    assert asked == {path: n for path, n in before.items() if "ledger" not in path}


def check_money(made: Chain, undisturbed: Undisturbed) -> None:
    assert made.creates() == made.once_each()
    assert spent(made) == undisturbed.spent


def test_killed_at_every_step_of_buying_it_buys_each_asset_once(killed: Chain, undisturbed: Undisturbed):
    for step in steps.buying(killed.names):
        killed.kill_at(step)
        assert killed.creates() <= killed.once_each(), step
    code, said = killed.run()
    assert code == 0, said
    check_money(killed, undisturbed)
    check_end(killed, undisturbed)


def test_killed_at_every_step_of_delivering_it_loses_nothing(killed: Chain, undisturbed: Undisturbed):
    """One asset after the other: while the next is being bought, a kill leaves its create in doubt."""
    for name in killed.names:
        for step in steps.delivering(name, undisturbed.delivered[name], moving.STEM):
            killed.kill_at(step, only=name)
            assert killed.creates() <= killed.once_each(), step
        code, said = killed.run(only=name)
        assert code == 0, said
    check_money(killed, undisturbed)
    check_end(killed, undisturbed)


def test_a_create_nobody_knows_the_outcome_of_is_sent_again_only_when_asked(
    killed: Chain, undisturbed: Undisturbed
):
    expected = Counter[str]()
    for name in killed.names:
        for step, accepted in steps.doubtful(name):
            killed.kill_at(step, "--retry-unknown")
            expected[killed.models[name]] += accepted
            code, said = killed.run()
            assert (code != 0, f"{name}: failed: A create was sent earlier" in said) == (True, True), said
            assert killed.creates() == expected, step
        expected[killed.models[name]] += 1  # by the next run with --retry-unknown
    code, said = killed.run("--retry-unknown")
    assert code == 0, said
    assert killed.creates() == expected
    check_end(killed, undisturbed)
