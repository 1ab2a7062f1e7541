"""The installed command in a process of its own, as a user runs it: delivered, killed, resumed."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx
import pytest
from pictures import u2netp  # noqa: F401 a fixture

from pipeline.clock import SystemClock
from pipeline.generate.journal import Journal
from pipeline.sandbox.embedded import EmbeddedSandbox
from pipeline.sandbox.options import SandboxOptions

KEY = "kie-0123456789abcdef"
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
ASSETS = {"coin", "badge-bronze", "badge-silver", "family"}
COMMAND = [sys.executable, "-m", "pipeline", "run", "--yes"]
Tree = Callable[[Mapping[str, str | bytes]], Path]


def quick_project(tree: Tree) -> Path:
    """A project whose journal knows that the service is quick."""
    root = tree(
        {"recipes/icons.yaml": RECIPE, "brand/primary.yaml": BRAND, "pipeline.yaml": "provider: kie\n"}
    )
    journal = Journal(root / ".pipeline" / "journal.db", SystemClock())
    for _ in range(3):
        journal.learned("nano-banana-pro 1K", 0.5)
    journal.close()
    return root


def environ(url: str) -> dict[str, str]:
    return {**os.environ, "KIE_API_BASE_URL": url, "KIE_API_KEY": KEY}


def prompts(url: str) -> list[str]:
    creates = httpx.get(f"{url}/sandbox/ledger").json()["creates"]
    return [create["request"]["input"]["prompt"] for create in creates]


@pytest.mark.usefixtures("u2netp")
def test_killed_again_and_again_it_finishes_with_one_create_an_asset(tree: Tree) -> None:
    root = quick_project(tree)
    rng = random.Random(7)
    with EmbeddedSandbox(SandboxOptions(key=KEY, latency_s=0.8)) as url:
        for _ in range(6):
            process = subprocess.Popen(COMMAND, cwd=root, env=environ(url), stderr=subprocess.DEVNULL)
            time.sleep(rng.uniform(0.6, 2.2))  # the moment of the kill, not a wait for anything
            process.send_signal(signal.SIGKILL)
            process.wait()
        unknown = json.loads(
            subprocess.run(
                [sys.executable, "-m", "pipeline", "status", "--json"],
                cwd=root,
                capture_output=True,
                check=True,
            ).stdout
        )
        lost = {one["asset"] for one in unknown if one["state"] == "unknown"}
        done = subprocess.run(
            COMMAND, cwd=root, env=environ(url), check=False, capture_output=True, text=True, timeout=120
        )
        sent = prompts(url)
    assert len(sent) == len(set(sent)), "an asset was paid for twice"
    assert (done.returncode == 0) == (not lost), done.stderr
    listed = json.loads((root / "output" / "icons" / "manifest.json").read_text())["assets"]
    assert set(listed) >= ASSETS - lost - ({"family"} if "coin" in lost else set())
    names = [path.name for path in root.rglob("*")]
    assert not [name for name in names if name.endswith((".tmp", ".part")) or "staging" in name]


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
