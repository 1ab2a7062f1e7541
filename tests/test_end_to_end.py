"""The command in a process of its own, as a user runs it. What happens when it is killed: ``chaos/``."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from pictures import u2netp  # noqa: F401 a fixture

from pipeline.clock import SystemClock
from pipeline.generate.journal import Journal

BRAND = 'name: Lumen\ncolors: {primary: "#EC4899", secondary: "#8B5CF6"}\n'
RECIPE = """\
brand: ../brand/primary.yaml
defaults: {model: nano-banana-pro, aspect_ratio: "1:1", resolution: 1K, formats: [png, webp]}
assets:
  - name: coin
    prompt: A glossy coin in {{ brand.colors.primary | describe }}
    removeBg: true
    icons: {"@1x": 24, "@2x": 48, hero: 160}
  - name: badge
    matrix: {tier: [bronze, silver]}
    prompt: A {{ matrix.tier }} badge
  - name: family
    references: ["asset:coin"]
    prompt: The same coin as a stack
"""
COMMAND = [sys.executable, "-m", "pipeline", "run", "--yes"]
Tree = Callable[[Mapping[str, str | bytes]], Path]


@pytest.mark.usefixtures("u2netp")
def test_the_embedded_sandbox_remembers_what_a_killed_run_paid_for(tree: Tree) -> None:
    root = tree(
        {"recipes/icons.yaml": RECIPE, "brand/primary.yaml": BRAND, "pipeline.yaml": "provider: kie\n"}
    )
    state = root / ".pipeline" / "sandbox"
    journal = Journal(state / "journal.db", SystemClock())
    for _ in range(3):
        journal.learned("nano-banana-pro 1K", 3.0)
    journal.close()
    with subprocess.Popen([*COMMAND, "--sandbox"], cwd=root, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if "badge-silver: submitted" in line:
                break
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()
    assert process.returncode == 130, said
    assert "the same command resumes" in said
    done = subprocess.run(
        [*COMMAND, "--sandbox"], cwd=root, check=False, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert "(18 credits of the sandbox" in done.stdout, (
        done.stdout
    )  # only the one that waited for another was still to buy
    assert (root / "output" / "sandbox" / "icons" / "coin-nobg.png").exists()
    assert not (root / "recipes" / "icons.lock.json").exists()
