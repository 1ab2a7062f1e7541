"""Broken recipes as files, each beside what is said about it: ``cases/NAME.yaml`` and ``cases/NAME.txt``."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from pipeline.errors import RecipeError
from pipeline.recipe.loader import load_recipes
from pipeline.recipe.settings import Settings

CASES = Path(__file__).with_name("cases")
BROKEN_BRAND = """\
name: Lumen
extends: base.yaml
colours: {primary: "#EC4899"}
colors:
  primary: #EC4899
  secondary: violett
gradients: {hero: ["#EC4899", "#8B5CF"]}
"""


def said_about(case: str, project: Path) -> str:
    path = project / "recipes" / f"{case}.yaml"
    path.parent.mkdir()
    shutil.copy(CASES / path.name, path)
    (project / "brand/broken.yaml").write_text(BROKEN_BRAND)
    with pytest.raises(RecipeError) as caught:
        load_recipes([path], Settings(), project)
    return str(caught.value) + "\n"


@pytest.mark.parametrize("case", sorted(path.stem for path in CASES.glob("*.yaml")))
def test_what_is_said_about_a_broken_recipe(case, project):
    started = time.process_time()
    said = said_about(case, project)
    assert time.process_time() - started < 10
    assert said.replace(project.name, "PROJECT") == (CASES / f"{case}.txt").read_text(encoding="utf-8")
