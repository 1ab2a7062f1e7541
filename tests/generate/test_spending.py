"""The places where money can be spent are one function: held against the source itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pipeline

HOUSE = Path(pipeline.__file__).parent
STAND_IN = HOUSE / "sandbox"  # the service's side: it spends nobody's money
CREATE_NAMES = {"CREATE_PATH", "OLD_CREATE_PATH"}


def clients() -> Iterator[Path]:
    """Every module that is not the stand-in's."""
    return (path for path in sorted(HOUSE.rglob("*.py")) if not path.is_relative_to(STAND_IN))


def functions(path: Path) -> Iterator[tuple[str, ast.AST]]:
    """Where every node of a file is: module:class.function, and the node."""

    def walk(node: ast.AST, inside: str) -> Iterator[tuple[str, ast.AST]]:
        for child in ast.iter_child_nodes(node):
            named = isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            where = f"{inside}.{child.name}" if named else inside
            yield where, child
            yield from walk(child, where)

    yield from walk(ast.parse(path.read_text(encoding="utf-8")), path.relative_to(HOUSE).as_posix())


def nodes() -> Iterator[tuple[str, ast.AST]]:
    return (found for path in clients() for found in functions(path))


def test_one_function_calls_create() -> None:
    calls = [where for where, node in nodes() if isinstance(node, ast.Attribute) and node.attr == "create"]
    assert calls == ["generate/buy.py.Buyer._send"]


def test_one_request_goes_to_the_address_that_spends() -> None:
    uses = [
        (where, ast.unparse(node.func))
        for where, node in nodes()
        if isinstance(node, ast.Call)
        and any(isinstance(part, ast.Attribute) and part.attr in CREATE_NAMES for part in node.args)
    ]
    assert uses == [("providers/kie/client.py.KieProvider.create", "self._creates.post")]
    named = [
        where for where, node in nodes() if isinstance(node, ast.Attribute) and node.attr in CREATE_NAMES
    ]
    assert named == ["providers/kie/client.py.KieProvider.create"]


def test_the_address_itself_is_written_in_one_place() -> None:
    holders = {path.name for path in clients() if "createTask" in path.read_text(encoding="utf-8")}
    assert holders == {"wire.py"}


def test_creates_are_sent_by_the_one_client_that_never_repeats() -> None:
    senders = [
        where
        for where, node in nodes()
        if isinstance(node, ast.Attribute) and node.attr == "_creates" and isinstance(node.ctx, ast.Load)
    ]
    assert senders == ["providers/kie/client.py.KieProvider.create"]


def test_the_source_walk_sees_calls_wherever_they_stand(tmp_path: Path) -> None:
    path = HOUSE / "generate" / "buy.py"
    found = {where for where, _ in functions(path)}
    assert "generate/buy.py.Buyer._send" in found
    assert "generate/buy.py.is_given_up" in found
