"""Benchmarks are scripts: what they import lies beside them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

for folder in (Path(__file__).parents[2] / "benchmarks", Path(__file__).parent):
    sys.path.append(str(folder))


@pytest.fixture
def ball(tmp_path):
    """A subject that has been drawn already."""
    from balls import RED, disc
    from known_alpha.art import Vector
    from known_alpha.subjects import Subject
    from PIL import Image

    Image.fromarray(disc(RED, px=128)).save(tmp_path / "ball.png")
    return Subject("ball", "plain", Vector(""), tmp_path / "ball.png")
