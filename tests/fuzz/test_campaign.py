"""The fuzzer itself: that it finds what is wrong, makes it small, repeats itself, and ends."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from fuzz import supervisor
from fuzz.campaign import Failure, Tally, Target, promise, signature
from fuzz.invocation import Ended, check
from fuzz.limits import TooSlow
from fuzz.mutation import harmed, mutated
from fuzz.watch import Stray, staying_in
from fuzz.workspace import workspace
from hypothesis import strategies as st

FUZZ = Path(__file__).parent


def tally(check, **limits) -> Tally:
    """What comes of 200 small numbers."""
    found = Tally(Target("numbers", st.integers(0, 1000), check, batch=200, **limits))
    found.run(campaign_seed=1, number=0)
    return found


def test_counts_how_inputs_ended():
    found = tally(lambda number: "even" if number % 2 == 0 else "odd")
    assert found.tried == sum(found.outcomes.values()) >= 200
    assert set(found.outcomes) == {"even", "odd"}
    assert not found.failures


def test_keeps_the_smallest_input_that_fails():
    def no_large(number: int) -> str:
        return str(10 // (0 if number > 100 else 1))

    (failure,) = tally(no_large).failures.values()
    assert ast.literal_eval(failure.text) == 101
    assert "ZeroDivisionError" in failure.trace
    assert failure.seen > 1


def test_tells_one_way_to_fail_from_another():
    def fails(number: int) -> str:
        promise(number % 3, "not divisible by three")
        promise(number % 5, "not divisible by five")
        return "fine"

    found = Tally(Target("numbers", st.integers(1, 1000), fails, batch=200))
    for number in range(3):
        found.run(campaign_seed=1, number=number)
    assert {sign: failure.text for sign, failure in found.failures.items()} == {
        "not divisible by three": "3",
        "not divisible by five": "5",
    }


def test_an_input_that_takes_too_long_is_a_failure():
    def spins(number: int) -> str:
        while number > 500:
            pass
        return "fine"

    found = tally(spins, seconds=0.05)
    (sign,) = found.failures
    assert sign.startswith("too slow")


def test_code_that_swallows_its_end_is_still_too_slow():
    def deaf(number: int) -> str:
        began = time.process_time()
        while time.process_time() - began < (0.2 if number > 500 else 0):
            try:
                while time.process_time() - began < 0.2:
                    pass
            except TooSlow:
                pass
        return "fine"

    assert any("takes at most" in sign for sign in tally(deaf, seconds=0.05).failures)


def test_an_input_that_takes_too_much_memory_is_a_failure():
    kept: list[bytes] = []

    def hoards(number: int) -> str:
        kept.append(b"x" * 200_000_000 * (number > 900))
        return "fine"

    assert any("MB" in sign for sign in tally(hoards, megabytes=150).failures)


def test_the_same_seed_draws_the_same_inputs():
    def drawn(seed: int, number: int) -> list[int]:
        seen: list[int] = []
        Tally(Target("numbers", st.integers(), lambda n: seen.append(n) or "fine", batch=30)).run(
            seed, number
        )
        return seen

    assert drawn(7, 2) == drawn(7, 2)
    assert drawn(7, 2) != drawn(7, 3) != drawn(8, 3)


def test_a_broken_generator_is_no_finding():
    def broken(number: int) -> int:
        raise KeyError(number)

    with pytest.raises(KeyError):
        Tally(Target("numbers", st.integers().map(broken), lambda number: "fine")).run(0, 0)


@pytest.mark.parametrize("name", ["../outside/secret.txt", "link/secret.txt", "/etc/hostname"])
def test_reading_outside_of_the_project_is_noticed(name):
    with pytest.raises(Stray), workspace({"link": "../outside"}) as root, staying_in(root):
        Path(name).read_bytes()


def test_deleting_outside_is_noticed_even_when_the_complaint_is_swallowed():
    def careless() -> None:
        try:
            Path("../outside/secret.txt").unlink()
        except BaseException:  # noqa: BLE001
            return

    with pytest.raises(Stray), workspace({}) as root, staying_in(root):
        careless()


def test_working_inside_is_allowed():
    with workspace({"a/b.txt": b"x", "link": "a"}) as root, staying_in(root):
        Path("link/b.txt").rename("a/c.txt")
        (root / "a/c.txt").unlink()
        Path("a").rmdir()
        assert [path.name for path in root.iterdir()] == ["link"]


def test_a_changed_file_outside_is_noticed():
    with pytest.raises(Exception, match="outside"), workspace({}) as root:
        (root.parent / "outside" / "secret.txt").write_text("changed")


@pytest.mark.parametrize(
    ("ended", "rule"),
    [
        (Ended(3, "", "error: this is a bug"), "bug"),
        (Ended(0, "", "Traceback (most recent call last)"), "traceback"),
        (Ended(0, "the key is kie-0123456789abcdef-the-secret", ""), "key"),
        (Ended(2, "", "\x1b[31mred"), "terminal"),
        (Ended(130, "", ""), "bug"),
    ],
)
def test_every_bad_ending_of_a_command_is_noticed(ended, rule):
    with pytest.raises(Exception, match=rule):
        check(ended, ["plan"])


def test_harm_is_bounded_and_leaves_something_to_harm():
    assert harmed(b"abc", [(3, 0, 47, 65_535)] * 6, [b"w"], [b"o"]).count(b"abc") > 500
    assert len(harmed(b"abc", [(3, 0, 47, 65_535)] * 6, [b"w"], [b"o"])) <= 300_000
    assert harmed(b"", [(kind, 9, 9, 9) for kind in range(13)], [b"w"], [b"o"]) is not None
    assert mutated([b"a"], [b"b"]).example is not None


def test_a_child_that_dies_or_hangs_is_blamed_on_its_input(tmp_path, monkeypatch):
    current = tmp_path / "current"
    current.write_text("'input'")
    os.utime(current, (0, 0))
    monkeypatch.setattr(supervisor, "POLL_S", 0.01)
    hangs = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    assert supervisor._watch(hangs, current).startswith("hangs")
    dies = subprocess.Popen([sys.executable, "-c", "import os; os.abort()"], stderr=subprocess.DEVNULL)
    current.touch()
    assert supervisor._watch(dies, current) == "ends the process (signal 6)"


def test_a_campaign_prints_a_table_and_keeps_what_failed(tmp_path):
    report = supervisor.Report("wire", 1200, 3, 4.0, 0.25, Counter(refused=1199, failed=1))
    report.blame("a rule", Failure("'long input'", "trace"))
    report.blame("a rule", Failure("'in'", "trace"))
    lines = list(supervisor.table([report, supervisor.Report("recipes")]))
    assert lines[2].split() == ["wire", "1,200", "1,199", "refused,", "1", "failed", "1", "300", "0.25", "s"]
    assert lines[-1].split()[:3] == ["all", "1,200", "1"]
    (told,) = supervisor.save([report], tmp_path / "found")
    (saved,) = (tmp_path / "found").iterdir()
    assert str(saved) in told
    assert saved.read_text().splitlines() == ["# wire: a rule", "# trace", "'in'"]


def test_the_command_runs_a_target_to_its_end_and_replays(tmp_path):
    command = [sys.executable, str(FUZZ)]
    options = ["--only", "wire", "--times", "0.05", "--seconds", "60", "--output", str(tmp_path)]
    ended = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
    assert ended.stdout.startswith("target")
    assert ended.returncode == bool(list(tmp_path.iterdir())), ended.stderr
    saved = tmp_path / "wire-saved.txt"
    saved.write_text("# wire: a rule\n# trace\n(200, '', b'{}')\n")
    again = subprocess.run([*command, "--replay", str(saved)], capture_output=True, text=True, check=False)
    assert again.stdout == "wire: unknown\n", again.stderr


def test_an_error_is_known_by_its_place():
    def inside() -> None:
        Ended(0, "", "").nothing  # type: ignore[attr-defined]  # noqa: B018

    with pytest.raises(AttributeError) as caught:
        inside()
    assert signature(caught.value) == "AttributeError in test_campaign.py, inside"
