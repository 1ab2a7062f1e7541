"""docs/brand-refresh.md is played through against a stand-in, and what it shows is what comes out.

So are the plans of the same recipe that docs/plan.md shows.
"""

from __future__ import annotations

import difflib
import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from quick import KEY, know_quick

from pipeline.cli.main import run
from pipeline.sandbox.embedded import EmbeddedSandbox
from pipeline.sandbox.options import SandboxOptions

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "brand-refresh.md").read_text(encoding="utf-8")
FENCE = re.compile(r"^```(console|diff)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = FENCE.findall(PAGE)
COLOUR, LOCK = (body for kind, body in BLOCKS if kind == "diff")
RECIPE = "recipes/app-icons.yaml"
# Cut-outs, sizes and formats take most of a run's time and are no part of what a plan says of a colour.
LOCAL_WORK = re.compile(r"^ +(removeBg|icons|formats): .*\n", re.MULTILINE)


def commands(body: str) -> list[tuple[str, list[str]]]:
    """Each command of a console block with the lines below it."""
    found: list[tuple[str, list[str]]] = []
    for line in body.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


def edits(body: str) -> tuple[list[str], list[str]]:
    """The lines a diff takes away and those it adds."""
    lines = [line for line in body.splitlines() if not line.startswith(("---", "+++"))]
    return tuple([line[1:] for line in lines if line[:1] == sign] for sign in "-+")  # type: ignore[return-value]


class Walk:
    """The project of the page, and everything it told, in order."""

    def __init__(self, root: Path, url: str) -> None:
        self.root = root
        self.environ = {"KIE_API_BASE_URL": url, "KIE_API_KEY": KEY}
        self.told: list[tuple[str, list[str], list[str]]] = []  # command, shown, what came out
        self.locks: list[str] = []
        self.comment: list[str] = []
        self.first: list[str] = []

    def play(self, command: str, shown: list[str]) -> None:
        pipeline, _, echo = command.partition(" && echo ")
        arguments = pipeline.split()[1:]
        arguments.remove("--sandbox")
        arguments.append("--yes" if arguments[0] == "run" else "--offline")
        self.told.append((command, shown, [*self.tell(*arguments), *([echo] if echo else [])]))
        self.locks.append((self.root / RECIPE).with_suffix(".lock.json").read_text())

    def tell(self, *arguments: str) -> list[str]:
        out, err = io.StringIO(), io.StringIO()
        code = run(arguments, environ=self.environ, stdout=out, stderr=err)
        assert code == 0, err.getvalue()
        return out.getvalue().splitlines()

    def recolour(self, old: list[str], new: list[str]) -> None:
        brand = self.root / "brand" / "primary.yaml"
        text = brand.read_text()
        before, after = ("\n".join(lines) + "\n" for lines in (old, new))
        assert text.count(before) == 1
        brand.write_text(text.replace(before, after))

    def of(self, kind: str) -> list[tuple[list[str], list[str]]]:
        return [(shown, told) for command, shown, told in self.told if f" {kind} " in command]


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    root = tmp_path_factory.mktemp("walk")
    shutil.copytree(ROOT / "brand", root / "brand")
    (root / "pipeline.yaml").write_text("provider: kie\n")
    (root / "recipes").mkdir()
    recipe = (ROOT / RECIPE).read_text(encoding="utf-8")
    (root / RECIPE).write_text(LOCAL_WORK.sub("", recipe).replace("resolution: 2K", "resolution: 1K"))
    know_quick(root / ".pipeline" / "journal.db")
    options = SandboxOptions(key=KEY, latency_s=0.05)
    with pytest.MonkeyPatch.context() as patch, EmbeddedSandbox(options) as url:
        patch.chdir(root)
        walk = Walk(root, url)
        walk.first = walk.tell("plan", RECIPE, "--offline")
        for kind, body in BLOCKS:
            if body == COLOUR:
                walk.recolour(*edits(COLOUR))
                walk.comment = walk.tell("plan", RECIPE, "--markdown", "--offline")
            elif body == BLOCKS[-1][1]:  # the old colour is in the brand file again
                walk.recolour(*reversed(edits(COLOUR)))
            for command, shown in commands(body) if kind == "console" else ():
                walk.play(command, shown)
        yield walk


def plain(lines: list[str]) -> list[str]:
    """Lines without what differs from machine to machine: digests of pictures."""
    return [re.sub(r"\b[0-9a-f]{12}\b", "…", line) for line in lines]


def test_every_plan_is_as_shown(walk):
    plans = walk.of("plan")
    assert len(plans) == 4
    for shown, told in plans:
        assert plain(told) == plain(shown)


def test_every_run_ends_as_shown(walk):
    runs = walk.of("run")
    ends = [[line for line in lines if " delivered" in line][-1] for pair in runs for lines in pair]
    assert ends == ["9 delivered"] * 2 + ["4 delivered, 5 unchanged"] * 4
    spent = [re.search(r"Spent (nothing|\d+ credits)", "\n".join(told))[0] for _, told in runs]
    assert spent == ["Spent 162 credits", "Spent 72 credits", "Spent nothing"]
    shown = ["\n".join(shown) for shown, _ in runs]
    assert ["(162 credits of" in shown[0], "(72 credits of" in shown[1], "Spent nothing in" in shown[2]] == [
        True
    ] * 3


def test_going_back_leaves_the_lock_it_started_with(walk):
    assert walk.locks[-1] == walk.locks[0]
    assert walk.locks[2] == walk.locks[0] != walk.locks[3]


def test_the_lock_changes_as_shown(walk):
    """Every changed line shown is there, up to where it is cut short; of digests their place counts."""
    changes = difflib.unified_diff(walk.locks[0].splitlines(), walk.locks[3].splitlines(), lineterm="")
    real = [re.sub(r'"[0-9a-f]{32,64}"', '"#"', line) for line in changes]
    shown = [line for line in LOCK.splitlines() if line.startswith(("+", "-"))]
    assert len(shown) == 10
    for line in shown:
        start = re.sub(r'"[0-9a-f]{12}…"', '"#"', line).partition("…")[0]
        assert any(one.startswith(start) for one in real), line


@pytest.mark.parametrize("page", ["brand-refresh.md", "plan.md"])
def test_the_comment_says_what_the_pages_quote(walk, page):
    lines = (ROOT / "docs" / page).read_text(encoding="utf-8").splitlines()
    quoted = [line.removeprefix("> ") for line in lines if line.startswith("> ")]
    assert quoted[0].startswith("**3 to remake")
    assert [line for line in quoted if line not in walk.comment] == []


def plan_shown(word: str) -> tuple[str, list[str]]:
    """The command and the output of the one plan in docs/plan.md that has this word in it."""
    page = (ROOT / "docs" / "plan.md").read_text(encoding="utf-8")
    plans = [commands(body)[0] for kind, body in FENCE.findall(page) if kind == "console" and word in body]
    (found,) = plans
    return found


def test_the_first_plan_is_as_shown(walk):
    _, shown = plan_shown("9 to create")
    assert walk.first == [line.removesuffix(" The account has 10,000 credits.") for line in shown]


def edit(root: Path) -> None:
    picture = root / "output" / "app-icons" / "gem.png"
    picture.write_bytes(picture.read_bytes() + b"touched up")


def rename(root: Path) -> None:
    recipe = root / RECIPE
    text = recipe.read_text().replace("- name: gem\n", "- name: jewel\n")
    recipe.write_text(text.replace("\nassets:\n", "\nrename: {gem: jewel}\nassets:\n"))


@pytest.mark.parametrize(
    ("word", "change"),
    [
        ("was edited by hand", edit),
        ("renamed from gem", rename),
        ("asked to regenerate", lambda _: None),
    ],
)
def test_a_plan_of_a_made_recipe_is_as_shown(walk, tmp_path, monkeypatch, word, change):
    command, shown = plan_shown(word)
    root = tmp_path / "copy"
    shutil.copytree(walk.root, root)
    change(root)
    monkeypatch.chdir(root)
    assert walk.tell(*command.split()[1:], "--offline") == shown
