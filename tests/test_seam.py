"""A second provider changes nothing above ``providers/``: held against imports and words of the source."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_imports import imports

import pipeline
from pipeline.generate.provider import Provider
from pipeline.providers.kie.client import KieProvider
from pipeline.providers.openai.client import OpenAIProvider

HOUSE = Path(pipeline.__file__).parent
SECOND = "openai"

# Who may say its name: its package, its other end, the data of its models, and where a provider is chosen.
NAMED_IN = {
    "cli/connection.py",
    "cli/environment.py",
    "recipe/models.yaml",
    "recipe/settings_file.py",
    "sandbox/app.py",
}
IMPORTED_BY = {"cli/connection.py", "sandbox/app.py"}


def outside() -> Iterator[tuple[str, Path]]:
    """Every file of ours that is not the second provider's own or its stand-in's."""
    for path in sorted([*HOUSE.rglob("*.py"), *HOUSE.rglob("*.yaml")]):
        name = path.relative_to(HOUSE).as_posix()
        if not name.startswith((f"providers/{SECOND}/", f"sandbox/{SECOND}")):
            yield name, path


def test_its_name_is_said_where_a_provider_is_chosen_and_nowhere_else():
    said = {name for name, path in outside() if SECOND in path.read_text(encoding="utf-8").lower()}
    assert said == NAMED_IN


def test_it_is_imported_where_a_provider_is_made_and_nowhere_else():
    importing = {
        name
        for name, path in outside()
        if path.suffix == ".py" and any(SECOND in found for _, found in imports(path))
    }
    assert importing == IMPORTED_BY


@pytest.mark.parametrize("layer", ["plan", "generate", "deliver", "run", "report", "picture", "targets"])
def test_no_layer_of_the_engine_knows_any_provider(layer):
    known = [
        f"{path.relative_to(HOUSE)}:{line}"
        for path in (HOUSE / layer).rglob("*.py")
        for line, found in imports(path)
        if found.startswith("pipeline.providers")
    ]
    assert known == []


def test_providers_know_only_the_protocol_of_what_is_above_them():
    """Of ``generate`` they import ``provider`` and no other module; of ``plan`` and ``run`` nothing."""
    found = {
        name
        for path in (HOUSE / "providers" / SECOND).glob("*.py")
        for _, name in imports(path)
        if name.startswith(("pipeline.generate", "pipeline.plan", "pipeline.run", "pipeline.recipe"))
    }
    assert found == {"pipeline.generate.provider.Download", "pipeline.generate.provider.TaskStatus"}


@pytest.mark.parametrize("provider", [KieProvider, OpenAIProvider])
def test_both_have_the_protocols_methods_and_no_other_public_ones(provider):
    wanted = {name for name, _ in inspect.getmembers(Provider, inspect.isfunction) if name[0] != "_"}
    offered = {name for name, _ in inspect.getmembers(provider, inspect.isfunction) if name[0] != "_"}
    assert offered == wanted
    for name in wanted:
        asked = inspect.signature(getattr(Provider, name)).parameters
        assert list(inspect.signature(getattr(provider, name)).parameters) == list(asked)


def test_the_walk_sees_a_name_in_a_text(tmp_path, monkeypatch):
    monkeypatch.setattr(f"{__name__}.HOUSE", tmp_path)
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "wrong.py").write_text('PROVIDER = "OpenAI"\n')
    assert [name for name, _ in outside()] == ["run/wrong.py"]
    with pytest.raises(AssertionError):
        test_its_name_is_said_where_a_provider_is_chosen_and_nowhere_else()
