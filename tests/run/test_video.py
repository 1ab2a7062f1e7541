"""A picture that becomes a video, by the command and the sandbox it starts: made once, and never again."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from pipeline.clock import SystemClock
from pipeline.generate.journal import Journal

Tree = Callable[[Mapping[str, str | bytes]], Path]
MODEL = "bytedance/v1-lite-image-to-video"
RECIPE = f"""\
defaults: {{model: nano-banana-pro, aspect_ratio: "16:9", resolution: 1K, removeBg: false, formats: [webp]}}
assets:
  - name: hero
    prompt: Calm hills in #EC4899
  - name: film
    model: {MODEL}
    image: "asset:hero"
    prompt: slow orbit
    resolution: 480p
    duration: 5
    video: {{poster: first, preview: webp, formats: [mp4], mute: true, max_kb: 2000}}
"""
FILES = ["film-poster.webp", "film-preview.webp", "film-web.mp4", "film.mp4", "hero.png", "hero.webp"]


def pipeline(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pipeline", *arguments, "--sandbox"]
    return subprocess.run(command, cwd=root, check=False, capture_output=True, text=True, timeout=120)


@pytest.fixture
def root(tree: Tree) -> Path:
    """A project whose journal knows that nothing takes long, so that nobody waits for the first answer."""
    root = tree({"recipes/films.yaml": RECIPE, "pipeline.yaml": "provider: kie\n"})
    journal = Journal(root / ".pipeline/sandbox/journal.db", SystemClock())
    for latency_class in ("nano-banana-pro 1K", f"{MODEL} 480p"):
        for _ in range(3):
            journal.learned(latency_class, 3.0)
    journal.close()
    return root


def test_picture_video_and_poster_are_made_once(root: Path) -> None:
    output = root / "output" / "sandbox" / "films"
    done = pipeline(root, "run", "--yes")
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in output.iterdir()) == sorted([*FILES, "manifest.json"])
    listed = json.loads((output / "manifest.json").read_text())["assets"]["film"]["files"]
    film = next(file for file in listed if file["file"] == "film.mp4")
    assert (film["duration_s"], film["fps"], film["codec"], film["has_audio"]) == (5.0, 24.0, "h264", False)
    assert film["width"] > film["height"] > 300
    assert film["width"] * film["height"] == pytest.approx(480 * 480 * 16 / 9, rel=0.05)

    assert pipeline(root, "plan", "--check").returncode == 0
    checked = subprocess.run(
        [sys.executable, "-m", "pipeline", "check", str(output)], cwd=root, check=False, capture_output=True
    )
    assert checked.returncode == 0, checked.stdout

    # What is made of the video is free: another poster buys nothing, and what is asked for no more goes.
    path = root / "recipes" / "films.yaml"
    path.write_text(RECIPE.replace("poster: first, preview: webp,", "poster: last,"))
    plan = pipeline(root, "plan")
    assert "Costs nothing" in plan.stdout
    assert "video" in plan.stdout
    again = pipeline(root, "run", "--yes")
    assert again.returncode == 0, again.stderr
    assert "film-preview.webp" not in {path.name for path in output.iterdir()}


def test_what_cannot_be_made_of_a_video_is_told_and_the_rest_is_there(root: Path) -> None:
    output, path = root / "output" / "sandbox" / "films", root / "recipes" / "films.yaml"
    small = RECIPE.replace(
        "webp, formats: [mp4], mute: true, max_kb: 2000", "gif, formats: [webm], max_kb: 40"
    )
    path.write_text(small)
    done = pipeline(root, "run", "--yes")
    assert done.returncode == 1, done.stderr
    assert "partly film: A gif preview does not fit into 40 kB: the smallest tried, 128" in done.stdout
    made = {file.name for file in output.iterdir()}
    assert {"film.mp4", "film-poster.webp", "film.webm"} <= made
    assert "film-preview.gif" not in made
    assert "a local step failed last time" in pipeline(root, "plan").stdout

    path.write_text(small.replace("max_kb: 40", "max_kb: 4000"))
    assert "Costs nothing" in pipeline(root, "plan").stdout
    assert pipeline(root, "run", "--yes").returncode == 0
    assert (output / "film-preview.gif").is_file()
