"""Recipe, brand and settings files, from bytes to a plan: what ``pipeline validate`` and ``plan`` read."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

from fuzz import corpus, grammar
from fuzz.campaign import Target, promise
from fuzz.mutation import edits, harmed, mutated
from fuzz.watch import staying_in
from fuzz.workspace import Files, workspace
from hypothesis import strategies as st

from pipeline import digest
from pipeline.cli.context import Context
from pipeline.cli.project import open_project
from pipeline.clock import SystemClock
from pipeline.errors import PipelineError, Problem, RecipeError
from pipeline.plan import fingerprint
from pipeline.plan.build import Plan, build, picture_digests
from pipeline.plan.decide import Action, Facts, Wishes
from pipeline.plan.lock import Entry, Lock, parse
from pipeline.plan.purchase import Original
from pipeline.providers.kie import wire
from pipeline.recipe.paths import name_fault
from pipeline.recipe.project import display
from pipeline.recipe.spec import Asset, Recipe
from pipeline.report import plan_json, plan_markdown, plan_text
from pipeline.report.output import Output
from pipeline.run.places import Places
from pipeline.run.survey import digest_pictures, survey

LONGEST_MESSAGE = 6000  # characters said about one mistake
LONGEST_REQUEST = 2_000_000  # characters of one request
_BREAK = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")

_GOOD = {
    "pipeline.yaml": b"",
    "recipes/icons.yaml": corpus.RECIPE,
    "brand/primary.yaml": corpus.BRAND,
    "brand/base.yaml": corpus.BASE,
    "brand/logo.png": corpus.LOGO,
}
_links = st.sampled_from(
    ["../../outside", "../../outside/secret.txt", "icons.yaml", "link.yaml", "..", "/dev/zero"]
)


def _grown(data: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[bytes]:
    return grammar.written(grammar.spoilt(data, most=2))


def _harmed(data: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    return st.builds(
        lambda text, harm: harmed(text, harm, corpus.YAML_WORDS, corpus.recipes()), data, edits(1, 2)
    )


_recipe = mutated(corpus.recipes(), corpus.YAML_WORDS, most=3) | _grown(grammar.recipes())
_brand = mutated(corpus.brands(), corpus.YAML_WORDS, most=3) | _grown(grammar.brands())
_settings = mutated([corpus.SETTINGS], corpus.YAML_WORDS, most=2) | _grown(grammar.projects())
_one = (
    st.fixed_dictionaries({"recipes/icons.yaml": _recipe})
    | st.fixed_dictionaries({"recipes/icons.yaml": _grown(grammar.recipes())})
    | st.fixed_dictionaries({"recipes/icons.yaml": _harmed(grammar.written(grammar.recipes()))})
    | st.fixed_dictionaries({"brand/primary.yaml": _brand})
    | st.fixed_dictionaries({"brand/primary.yaml": _grown(grammar.brands()), "recipes/icons.yaml": _recipe})
    | st.fixed_dictionaries({"pipeline.yaml": _settings})
    | st.fixed_dictionaries(
        {},
        optional={
            "recipes/more.yml": _recipe,
            "recipes/link.yaml": _links,
            "recipes/\x1b[31mred.yaml": _recipe,
            "recipes/e\u0301.yaml": _recipe,
            "brand/base.yaml": _brand | _links,
            "brand/logo.png": _links,
            "brand/primary.yaml": _brand | _links,
            "pipeline.yaml": _settings | _links | st.none(),
            "output": _links,
        },
    )
)
projects = st.builds(lambda changed: {**_GOOD, **changed}, _one)


def check(files: Files) -> str:
    with workspace(files) as root, staying_in(root):
        told = io.StringIO()
        context = Context(Output(told, told), environ={}, folder=root)
        try:
            project = open_project(context, ())
        except RecipeError as error:
            check_problems(error.problems, root)
            return "refused"
        except PipelineError as error:
            promise(error.message and visible(str(error)), "every message can be shown", ascii(str(error)))
            return "refused"
        finally:
            promise(visible(told.getvalue()), "every warning can be shown", ascii(told.getvalue()))
        for recipe in project.recipes:
            explore(recipe)
        tell(survey(project.recipes, Places.of(root, project.settings.store), SystemClock()), project.recipes)
        return "loaded"


def visible(text: str) -> bool:
    """Whether a terminal shows the text as it is: nothing in it but letters and line breaks."""
    return all(line.isprintable() for line in text.split("\n"))


def check_problems(problems: list[Problem], root: Path) -> None:
    promise(problems, "whoever refuses says why")
    lines: dict[str, list[str]] = {}
    for problem in problems:
        text, place = str(problem), problem.location
        promise(visible(place.file), "every file's name can be shown", ascii(place.file))
        promise(visible(text), "every mistake can be shown", ascii(text))
        promise(
            len(text) <= LONGEST_MESSAGE, "what is said of a mistake is bounded", f"{len(text)}: {text[:200]}"
        )
        if place.file not in lines:
            lines[place.file] = lines_of(named(place.file, root), root)
        check_place(problem, lines[place.file])


def check_place(problem: Problem, lines: list[str]) -> None:
    place = problem.location
    within = 1 <= place.line <= len(lines)
    promise(within, "every mistake has a line of its file", f"{problem!r} of {len(lines)}")
    most = len(lines[place.line - 1]) + 1
    promise(1 <= place.column <= most, "every mistake has a column of its line", f"{problem!r} of {most}")


def named(shown: str, root: Path) -> Path:
    """The file that messages call so: a name is shown without what a terminal would act upon."""
    names = (path for path in root.rglob("*") if display(root, path) == shown)
    return next(names, root / shown)


def lines_of(path: Path, root: Path) -> list[str]:
    try:
        if not path.resolve().is_relative_to(root):
            return [""]
        content = path.read_bytes()
    except (OSError, RuntimeError):  # a loop of links
        return [""]
    return _BREAK.split(content.decode("utf-8-sig", errors="replace"))


def explore(recipe: Recipe) -> None:
    """What holds for every recipe that loads."""
    root = recipe.root
    promise(recipe.output.resolve().is_relative_to(root), "results stay in the project", recipe.output)
    promise(recipe.output != root, "results have a folder of their own")
    promise(len({asset.name.casefold() for asset in recipe.assets}) == len(recipe.assets), "names are unique")
    for asset in recipe.assets:
        explore_asset(asset, root)


def explore_asset(asset: Asset, root: Path) -> None:
    for name in (asset.name, asset.filename, *Path(asset.directory).parts):
        promise(not name_fault(name), "names are names on every system", name)
    for picture in asset.request.pictures:
        if picture.path is not None:
            promise(picture.path.resolve().is_relative_to(root), "pictures lie in the project", picture)
        if picture.source == "url":
            promise(picture.value.startswith(("http://", "https://")), "pictures come from the web", picture)
    body = wire.encode(wire.CreateRequest(asset.request.model, asset.request.inputs).to_json())
    promise(len(body) <= LONGEST_REQUEST, "a request is bounded", len(body))
    promise(asset.price is None or 0 <= asset.price < 1e9, "a price is a price", asset.price)


def tell(seen: object, recipes: list[Recipe]) -> None:
    """Plan from nothing, tell it in every form, and plan again from the lock that a run would leave."""
    digests = digest_pictures(recipes)
    for recipe in recipes:
        facts = {asset.name: Facts() for asset in recipe.assets}
        plan = Plan(tuple(build(recipe, facts, digests, lambda _: Wishes())))
        tell_plan(plan)
        text = made(recipe, plan, digests).to_text()
        lock = parse(text, "icons.lock.json")
        promise(lock.to_text() == text, "a lock is read as it was written")
        promise(text.encode().decode() == text, "a lock can be written")
        again = Plan(tuple(build(recipe, delivered(recipe, lock), digests, lambda _: Wishes())))
        promise(again.is_empty, "nothing is due after a run", [s.action for s in again.steps][:2])
        tell_plan(again)


def tell_plan(plan: Plan) -> None:
    told = io.StringIO()
    text = plan_text.render(plan, 12.5, Output(told, told))
    promise(visible(text), "a plan can be shown", ascii(text))
    json.dumps(plan_json.document(plan, 12.5), allow_nan=False).encode()
    plan_markdown.render(plan, None).encode()


def made(recipe: Recipe, plan: Plan, digests: object, content: bytes = b"") -> Lock:
    """The lock after a run that made every asset; each is that ``content``, or one of its own."""
    known: dict[str, Action] = {}
    entries: dict[str, Entry] = {}
    for step in plan.steps:
        asset = step.asset
        sources = picture_digests(asset, known, digests)
        original = Original(digest.of_bytes(content or asset.name.encode()), "png", 8, 8)
        known[asset.name] = Action("none", original=original)
        entries[asset.name] = Entry(
            paid=fingerprint.paid(asset.request, sources),
            free=fingerprint.free(original.sha256, asset),
            request=fingerprint.describe_request(asset.request, sources),
            post=fingerprint.describe_post(asset),
            values=asset.values,
            original=original,
            files={f"{asset.filename}.png": original.sha256},
        )
    return Lock(entries)


def delivered(recipe: Recipe, lock: Lock) -> dict[str, Facts]:
    return {
        name: Facts(entry, held=frozenset({entry.original.sha256}), disk=dict(entry.files))
        for name, entry in lock.assets.items()
    }


TARGET = Target("recipes", projects, check, batch=200)
