from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from pipeline.deliver.look import Look
from pipeline.deliver.rules import examine

Said = list[tuple[str, str, str]]


@pytest.fixture
def of_file(tmp_path: Path) -> Callable[..., Said]:
    """``of_file("play/icon.png", picture)``: what there is to say of a file: rule, severity, message."""

    def ask(name: str, content: Image.Image | bytes, **options) -> Said:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            content.save(path, **options)
        return [
            (one.rule, one.severity, one.message) for one in examine(Look(path, name)) if one.rule != "blank"
        ]

    return ask
