"""The documentation cannot rot: links, recipes, options, commands and tables are held against the program."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import get_args

import click
import pytest

from pipeline import errors
from pipeline.cli import environment
from pipeline.events import AssetState, EventType
from pipeline.plan.build import Plan
from pipeline.plan.decide import ActionKind
from pipeline.plan.reason import ReasonKind
from pipeline.recipe import model, templates
from pipeline.recipe.loader import load_recipes
from pipeline.recipe.models_file import InputEntry, KeyEntry, ModelEntry, PictureEntry, PriceEntry, RuleEntry
from pipeline.recipe.project_file import ProjectFile
from pipeline.recipe.settings import Settings, load_settings
from pipeline.recipe.settings_file import DeadlinesFile, LimitsFile
from pipeline.recipe.shape import Keys
from pipeline.report.plan_json import document
from pipeline.sandbox.menu import MENU, PLACES

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^```(?P<info>[^\n]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\((?P<target>[^)\s]+)\)")
LONG_OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")


def tool(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # where a dataclass looks for its own module
    spec.loader.exec_module(module)
    return module


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def title(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def blocks(info: str) -> list[pytest.ParameterSet]:
    """Every fenced block with exactly this info string, in README and docs."""
    found = []
    for path in PAGES:
        text = path.read_text(encoding="utf-8")
        for match in FENCE.finditer(text):
            if match["info"].strip() == info:
                line = text.count("\n", 0, match.start()) + 1
                found.append(pytest.param(match["body"], id=f"{title(path)}:{line}"))
    return found


def prose(text: str) -> str:
    return FENCE.sub("", text)


def anchors(text: str) -> set[str]:
    """Anchors of a page's headings, as Git hosts derive them."""
    headings = re.findall(r"^#+ +(.+)$", prose(text), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


def links(path: Path) -> Iterator[str]:
    for match in LINK.finditer(prose(path.read_text(encoding="utf-8"))):
        if "://" not in match["target"]:
            yield match["target"]


def is_broken(path: Path, target: str) -> bool:
    name, _, anchor = target.partition("#")
    file = (path.parent / name).resolve() if name else path
    if not file.is_file() or not file.is_relative_to(ROOT):
        return True
    return bool(anchor) and anchor not in anchors(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", PAGES, ids=title)
def test_every_internal_link_and_picture_leads_somewhere(path):
    assert [target for target in links(path) if is_broken(path, target)] == []


def test_the_link_check_notices_what_is_broken():
    readme = ROOT / "README.md"
    assert is_broken(readme, "docs/nowhere.md")
    assert is_broken(readme, "docs/recipes.md#nowhere")
    assert is_broken(readme, "../README.md")
    assert not is_broken(readme, "docs/recipes.md#pipelineyaml")


def test_every_page_is_reached_from_the_readme():
    linked = {(ROOT / target.partition("#")[0]).resolve() for target in links(ROOT / "README.md")}
    assert [title(path) for path in PAGES[1:] if path not in linked] == []


@pytest.fixture
def project(tmp_path):
    shutil.copytree(ROOT / "brand", tmp_path / "brand")
    (tmp_path / "pipeline.yaml").write_text("provider: kie\n")
    (tmp_path / "recipes").mkdir()
    return tmp_path


@pytest.mark.parametrize("text", blocks("yaml recipe"))
def test_every_recipe_shown_is_valid(project, text):
    path = project / "recipes" / "shown.yaml"
    path.write_text(text, encoding="utf-8")
    (recipe,) = load_recipes([path], Settings(), project)
    assert recipe.warnings == ()


@pytest.mark.parametrize("text", blocks("yaml brand"))
def test_every_brand_shown_is_valid(project, text):
    (project / "brand" / "shown.yaml").write_text(text, encoding="utf-8")
    path = project / "recipes" / "user.yaml"
    path.write_text(
        "brand: ../brand/shown.yaml\n"
        "assets: [{name: a, model: nano-banana-pro, prompt: '{{ brand.name }}'}]\n"
    )
    load_recipes([path], Settings(), project)


@pytest.mark.parametrize("text", blocks("yaml project"))
def test_every_project_file_shown_is_valid(project, text):
    (project / "pipeline.yaml").write_text(text, encoding="utf-8")
    load_settings(project)


def test_there_are_examples_of_each_kind():
    assert [len(blocks(f"yaml {kind}")) > 0 for kind in ("recipe", "brand", "project")] == [True] * 3


def documented(name: str) -> set[str]:
    """Everything in code font in the first cells of a page's tables."""
    cells = re.findall(r"^\| ([^|]+) \|", page(name), re.MULTILINE)
    return {word for cell in cells for word in re.findall(r"`([^`]+)`", cell)}


@pytest.mark.parametrize(
    ("keys", "prefix"),
    [
        (model.RecipeFile, ""),
        (model.Entry, ""),
        (model.BrandFile, ""),
        (model.RemoveBg, ""),
        (ProjectFile, ""),
        (LimitsFile, "limits."),
        (DeadlinesFile, "deadlines."),
    ],
)
def test_every_key_is_in_the_reference(keys: type[Keys], prefix: str):
    names = {prefix + (field.alias or name) for name, field in keys.model_fields.items()}
    holders = {"limits", "deadlines"}
    assert names - holders - documented("docs/recipes.md") == set()


@pytest.mark.parametrize("keys", [ModelEntry, InputEntry, PictureEntry, PriceEntry])
def test_every_key_of_a_model_is_told(keys: type[Keys]):
    names = {field.alias or name for name, field in keys.model_fields.items()}
    assert names - documented("docs/models.md") == set()


def test_every_key_of_routes_and_rules_is_told():
    text = page("docs/models.md")
    names = {
        field.alias or name for keys in (KeyEntry, RuleEntry) for name, field in keys.model_fields.items()
    }
    assert [name for name in names if f"`{name}`" not in text] == []


def test_every_filter_of_ours_is_in_the_reference():
    said = {word.partition("(")[0] for word in documented("docs/recipes.md")}
    assert set(templates.FILTERS) - said == set()


def test_every_event_state_and_exit_code_is_told():
    text = page("docs/running.md")
    assert set(get_args(EventType)) - documented("docs/running.md") == set()
    assert [state for state in get_args(AssetState) if f"`{state}`" not in text] == []
    codes = {value for name, value in vars(errors).items() if name.startswith("EXIT_")}
    assert {code for code in codes if f"\n| {code} |" not in text} == set()


def test_every_action_and_reason_of_a_plan_is_told():
    text = page("docs/plan.md")
    assert set(get_args(ActionKind)) | {"prune"} <= documented("docs/plan.md")
    assert [kind for kind in get_args(ReasonKind) if f"`{kind}`" not in text] == []


def test_every_field_of_a_plan_is_told():
    data = document(Plan(()), None)
    names = {name.split("[")[0].partition(".")[0] for name in documented("docs/plan.md")}
    assert set(data) - names == set()
    assert [name for name in data["totals"] if f"`{name}`" not in page("docs/plan.md")] == []


def test_every_environment_variable_is_told():
    names = {
        *environment.KEY_NAMES,
        environment.API_BASE_URL_NAME,
        environment.UPLOAD_BASE_URL_NAME,
        environment.WEBHOOK_KEY_NAME,
    }
    assert names - documented("docs/running.md") == set()


def test_the_menu_of_faults_is_the_sandboxes_own():
    rows = [f"| `{row.name}` | {PLACES[row.place]} | {row.happens} | {row.client} |" for row in MENU]
    assert "\n".join(["", *rows, ""]) in page("docs/sandbox.md")


COMMANDS = tool("command_docs")
INVOCATIONS = list(COMMANDS.walk(COMMANDS.root()))


@pytest.mark.parametrize("invocation", INVOCATIONS, ids=lambda invocation: invocation.command_path)
def test_every_command_and_option_has_help(invocation):
    assert invocation.command.help
    silent = [
        parameter.name
        for parameter in invocation.command.params
        if isinstance(parameter, click.Option) and not parameter.help
    ]
    assert silent == []


@pytest.mark.parametrize("invocation", INVOCATIONS, ids=lambda invocation: invocation.command_path)
def test_examples_in_help_keep_their_lines(invocation):
    """Click reads a backspace character before a block; the letters of one are shown as they are."""
    assert "\\b" not in invocation.get_help()


def test_the_command_reference_is_up_to_date():
    assert page("docs/commands.md") == COMMANDS.page(), "run: python tools/command_docs.py"


def test_the_list_of_targets_is_up_to_date():
    listed = page("docs/targets.md")
    assert tool("target_docs").renewed(listed) == listed, "run: python tools/target_docs.py"


def options() -> set[str]:
    names = {"--help", "--version"}
    for invocation in INVOCATIONS:
        for parameter in invocation.command.params:
            names |= {*parameter.opts, *parameter.secondary_opts}
    return names


@pytest.mark.parametrize("path", PAGES, ids=title)
def test_every_option_named_exists(path):
    mine = path.read_text(encoding="utf-8").replace("tools/command_docs.py --check", "")
    assert set(LONG_OPTION.findall(mine)) - options() == set()


@pytest.mark.parametrize("path", PAGES, ids=title)
def test_every_command_named_exists(path):
    known = {invocation.command_path for invocation in INVOCATIONS}
    text = path.read_text(encoding="utf-8")
    named = re.findall(r"(?:^\$ |`)(pipeline [a-z]+)\b", text, re.MULTILINE)
    assert set(named) - known == set()


@pytest.mark.parametrize("path", PAGES, ids=title)
def test_every_make_target_named_exists(path):
    targets = set(re.findall(r"^([a-z][a-z-]*):", page("Makefile"), re.MULTILINE))
    named = re.findall(r"(?:^\$ |`)make ([a-z][a-z-]*)", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(named) - targets == set()


@pytest.mark.parametrize("path", PAGES, ids=title)
def test_every_file_of_ours_named_exists(path):
    """``generate/buy.py`` may leave the package out."""
    named = re.findall(r"`(?:python )?((?:[a-z_]+/)+[a-z_]+\.(?:py|yaml))`", path.read_text(encoding="utf-8"))
    missing = {
        name for name in named if not (ROOT / name).exists() and not (ROOT / "pipeline" / name).exists()
    }
    assert missing == set()


def test_the_picture_in_the_readme_is_small_enough_to_load():
    assert (ROOT / "docs/images/contact-sheet.webp").stat().st_size < 400_000


def test_a_contact_sheet_shows_what_a_manifest_lists(tmp_path, capsys):
    from PIL import Image

    sheet = tool("contact_sheet")
    Image.new("RGBA", (64, 48), "#EC4899").save(tmp_path / "coin-nobg.png")
    Image.new("RGBA", (24, 18), "#EC4899").save(tmp_path / "coin@1x.png")
    Image.new("RGB", (90, 60), "#22C55E").save(tmp_path / "scene.png")
    file = {"width": 64, "height": 48, "format": "png", "dominant_color": "#EC4899"}
    assets = {
        "coin": {
            "files": [
                file | {"file": "coin-nobg.png", "purpose": "cutout"},
                file | {"file": "coin@1x.png", "purpose": "icon", "label": "@1x", "width": 24, "height": 18},
            ]
        },
        "scene": {"files": [file | {"file": "scene.png", "purpose": "original"}]},
        "film": {"files": [file | {"file": "film.mp4", "purpose": "original", "width": 0}]},
    }
    manifest = {"recipe": "recipes/x.yaml", "assets": assets}
    assert [one.name for one in sheet.choose(manifest, tmp_path)] == ["coin", "scene"]
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    first, second = tmp_path / "a.webp", tmp_path / "b.webp"
    assert [sheet.main([str(tmp_path), "-o", str(path)]) for path in (first, second)] == [0, 0]
    assert first.read_bytes() == second.read_bytes()
    assert sheet.main([str(tmp_path / "nowhere"), "-o", str(first)]) == 2
    assert "no delivered pictures" in capsys.readouterr().err
