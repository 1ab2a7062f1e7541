from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from pipeline.deliver.rules import survey
from pipeline.deliver.rules.folders.tree import Tree

Said = list[tuple[str, str, str]]


@pytest.fixture
def folder(tmp_path: Path) -> Callable[[Mapping[str, Any]], Path]:
    """``folder({"a/b.png": picture, "a/Contents.json": {...}})`` writes files below a folder."""
    root = tmp_path / "set"

    def write(files: Mapping[str, Any]) -> Path:
        for name, content in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, Image.Image):
                content.save(path)
            elif isinstance(content, bytes):
                path.write_bytes(content)
            else:
                path.write_text(content if isinstance(content, str) else json.dumps(content))
        return root

    return write


@pytest.fixture
def said() -> Callable[[Path, str], Said]:
    """What a rule has to say of a folder: severity, file and message."""

    def ask(root: Path, rule: str) -> Said:
        tree = Tree.of(root, Path("out"), (path for path in root.rglob("*") if path.is_file()))
        found = list(survey(tree, rule))
        assert {finding.rule for finding in found} <= {rule}
        return [(one.severity, one.file.removeprefix("out/"), one.message) for one in found]

    return ask
