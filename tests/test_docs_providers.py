"""The page about providers says what the program does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest
from test_docs import FENCE, ROOT, documented

from pipeline.cli import environment
from pipeline.providers.openai import spool, wire
from pipeline.providers.openai.api import CREATE_S
from pipeline.recipe import catalogue
from pipeline.recipe.loader import load_recipes
from pipeline.recipe.project_file import ProjectFile
from pipeline.recipe.settings import Settings
from pipeline.report.words import USD_PER_CREDIT

PAGE = ROOT / "docs" / "providers.md"
TEXT = PAGE.read_text(encoding="utf-8")
SHOWN = [match["body"] for match in FENCE.finditer(TEXT) if match["info"].strip() == "yaml"]


def test_every_provider_and_its_variables_are_told():
    providers = get_args(ProjectFile.model_fields["provider"].annotation)
    names = {
        *environment.KEY_NAMES,
        environment.API_BASE_URL_NAME,
        environment.UPLOAD_BASE_URL_NAME,
        environment.OPENAI_KEY_NAME,
        environment.OPENAI_BASE_URL_NAME,
        wire.API_URL,
    }
    assert set(providers) - documented("docs/providers.md") == set()
    assert {name for name in names if f"`{name}`" not in TEXT} == set()


def test_the_models_are_the_catalogues_with_their_ratios_and_transparency():
    rows = re.findall(r"^\| `(openai/[^`]+)` \| ([^|]+) \| (yes|no) \|", TEXT, re.MULTILINE)
    told = {name: (tuple(ratios.split()), alpha == "yes") for name, ratios, alpha in rows}
    models = [catalogue.load().get(name) for name in catalogue.load().ids()]
    offered = {
        model.id: (model.allowed("aspect_ratio"), model.transparent is not None)
        for model in models
        if model is not None and model.provider == "openai"
    }
    assert told == offered


@pytest.mark.parametrize("text", SHOWN)
def test_every_recipe_shown_is_valid(text: str, tmp_path: Path):
    path = tmp_path / "recipes" / "shown.yaml"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    (recipe,) = load_recipes([path], Settings(provider="openai"), tmp_path)
    assert [asset.price is not None for asset in recipe.assets] == [True] * len(recipe.assets)


def test_figures_are_the_programs_own():
    assert f"one is {USD_PER_CREDIT} US dollars, so {1 / USD_PER_CREDIT:.0f} are a dollar" in TEXT
    assert f"with {spool.ROOM_BYTES / 1e6:.0f} MB free" in TEXT
    assert (CREATE_S, "up to ten minutes" in TEXT) == (600, True)
    assert "up to 16 pictures" in TEXT
    model = catalogue.load().get("openai/gpt-image-1.5")
    assert model is not None
    assert model.picture is not None
    assert (model.picture.maximum, model.price_date in TEXT) == (16, True)
