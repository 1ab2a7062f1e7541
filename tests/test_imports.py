"""One way through the house: a module imports from the layers before its own, never from later ones."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import pipeline

HOUSE = Path(pipeline.__file__).parent
LAYERS = (
    ("errors", "digest", "clock", "events", "extent", "film", "media", "header"),
    ("targets", "codegen"),
    ("recipe",),
    ("plan",),
    ("generate",),
    ("providers",),
    ("picture",),
    ("deliver",),
    ("run",),
    ("report",),
    ("sandbox",),
    ("cli", "__main__"),
)
HEIGHT = {name: height for height, layer in enumerate(LAYERS) for name in layer}
HEAVY = {"rembg", "onnxruntime", "numpy", "scipy", "httpx"}


def modules() -> list[Path]:
    return sorted(HOUSE.rglob("*.py"))


def dotted(path: Path) -> str:
    parts = path.relative_to(HOUSE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything imported in a file, inside functions, too."""
    package = dotted(path) if path.name == "__init__.py" else dotted(path).rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = (
                ".".join(package.split(".")[: len(package.split(".")) - node.level + 1]) if node.level else ""
            )
            source = ".".join(filter(None, (base, node.module)))
            yield from ((node.lineno, f"{source}.{alias.name}") for alias in node.names)


def layer(name: str) -> str:
    """``pipeline.recipe.spec`` lives in ``recipe``; the package itself in no layer."""
    parts = name.split(".")
    return parts[1] if parts[0] == "pipeline" and len(parts) > 1 and parts[1] in HEIGHT else ""


def backward(path: Path) -> Iterator[str]:
    """Every import in a file that points to a later layer."""
    own = layer(dotted(path))
    for line, name in imports(path):
        other = layer(name)
        if own and other and HEIGHT[other] > HEIGHT[own]:
            yield f"{path.relative_to(HOUSE.parent)}:{line}: {own} imports {name}"


def test_every_module_has_its_place():
    homeless = [dotted(path) for path in modules() if not layer(dotted(path)) and path.parent != HOUSE]
    strangers = [
        path.name for path in HOUSE.glob("*.py") if path.name != "__init__.py" and path.stem not in HEIGHT
    ]
    assert (homeless, strangers) == ([], [])


def test_no_import_points_backwards():
    assert [arrow for path in modules() for arrow in backward(path)] == []


def test_the_walk_sees_imports_of_every_form(tmp_path, monkeypatch):
    monkeypatch.setattr(f"{__name__}.HOUSE", tmp_path / "pipeline")
    path = tmp_path / "pipeline/recipe/deep/wrong.py"
    path.parent.mkdir(parents=True)
    path.write_text(
        "import pipeline.cli.main\n"
        "from pipeline.run import conduct\n"
        "from pipeline import report\n"
        "def late():\n"
        "    from ...plan import lock\n"
        "from pipeline import errors\n"
        "from . import beside\n"
    )
    said = [arrow.partition(": ")[2] for arrow in backward(path)]
    assert sorted(said) == [
        "recipe imports pipeline.cli.main",
        "recipe imports pipeline.plan.lock",
        "recipe imports pipeline.report",
        "recipe imports pipeline.run.conduct",
    ]


def loaded_by(arguments: list[str], folder: Path) -> set[str]:
    """The top-level modules that a command line has imported when it ends, in a process of its own."""
    program = (
        "import json, sys\n"
        "from pipeline.cli.main import run\n"
        f"code = run({arguments!r}, stdout=sys.stderr)\n"
        "assert code == 0, code\n"
        "print('@' + json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.rpartition("@")[2]))


RECIPE = """\
brand: ../brand/primary.yaml
assets:
  - name: coin
    model: nano-banana-pro
    prompt: "A coin in {{ brand.colors.primary | describe }}"
    removeBg: true
    formats: [png, webp, avif]
    icons: [24, 48]
"""


def test_help_imports_no_command_and_nothing_heavy(tmp_path):
    loaded = loaded_by(["--help"], tmp_path)
    assert not loaded & (
        HEAVY | {"pydantic", "yaml", "jinja2", "PIL", "rich", "asyncio", "coloraide", "starlette"}
    )


def test_validate_imports_nothing_heavy(tree):
    root = tree(
        {
            "pipeline.yaml": "provider: kie\n",
            "brand/primary.yaml": 'colors: {primary: "#EC4899"}\n',
            "recipes/icons.yaml": RECIPE,
        }
    )
    assert not loaded_by(["validate", "recipes/icons.yaml"], root) & (HEAVY | {"PIL", "rich", "starlette"})


@pytest.mark.parametrize("path", modules(), ids=dotted)
def test_nothing_but_the_command_line_prints_exits_or_reads_the_environment(path):
    """``weights`` looks where rembg looks, by rembg's own variables; a server's loop ends with its parent."""
    if layer(dotted(path)) == "cli" or path.name in ("weights.py", "__main__.py"):
        return
    used = {
        f"{node.value.id}.{node.attr}"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    called = {
        node.func.id
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not used & {"os.environ", "os.getenv", "sys.exit", "sys.stdout", "sys.stderr"}
    assert not called & {"print", "exit", "quit", "input"}
