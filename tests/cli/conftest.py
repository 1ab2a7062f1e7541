from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.cli.context import Context
from pipeline.cli.main import run
from pipeline.clock import Clock
from pipeline.report.output import Output

RECIPE = """\
brand: ../brand/primary.yaml
defaults: {model: nano-banana-pro, aspect_ratio: "1:1", resolution: 1K}
assets:
  - name: coin
    prompt: A coin in {{ brand.colors.primary }}
  - name: gift
    prompt: A gift box
"""
BRAND = 'name: Lumen\ncolors: {primary: "#EC4899"}\n'


@dataclass(frozen=True)
class Ended:
    """How a command line ended: exit code, standard output, standard error."""

    code: int
    out: str
    err: str


Pipeline = Callable[..., Ended]


@pytest.fixture
def pipeline(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Pipeline:
    """``pipeline("validate", "--json")`` runs a command line in the test's folder."""
    monkeypatch.chdir(tmp_path)

    def invoke(
        *arguments: str | Path, environ: dict[str, str] | None = None, clock: Clock | None = None
    ) -> Ended:
        capsys.readouterr()
        code = run([str(argument) for argument in arguments], environ=environ or {}, clock=clock)
        captured = capsys.readouterr()
        return Ended(code, captured.out, captured.err)

    return invoke


@pytest.fixture
def context(tmp_path: Path) -> Context:
    """A context in the test's folder, writing to streams that can be read."""
    import io

    return Context(Output(io.StringIO(), io.StringIO()), environ={}, folder=tmp_path)


@pytest.fixture
def project(tree) -> Path:
    """A small project that is right."""
    return tree(
        {"pipeline.yaml": "provider: kie\n", "recipes/icons.yaml": RECIPE, "brand/primary.yaml": BRAND}
    )
