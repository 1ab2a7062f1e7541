"""The one place that sends a paid request of this provider: held against the source itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pipeline.providers.openai

HOUSE = Path(pipeline.providers.openai.__file__).parent


def calls(name: str) -> Iterator[str]:
    """The functions, by module, that call something of this name."""
    for path in sorted(HOUSE.glob("*.py")):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                for node in ast.walk(function):
                    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name):
                        called = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
                        if called == name:
                            yield f"{path.stem}.{function.name}"


def test_one_function_posts_and_one_calls_it():
    assert list(calls("post")) == ["client._send"]
    assert list(calls("_send")) == ["client.create"]
    assert set(calls("stream")) == {"api.post", "api.look"}


def test_nothing_here_is_repeated_by_itself():
    text = "".join(path.read_text(encoding="utf-8") for path in HOUSE.glob("*.py"))
    assert "stamina" not in text
    assert "retry_reads" not in text
