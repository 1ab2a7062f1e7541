"""Recipes, brands and settings grown from the models that check them: mostly right, then spoilt in places."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import yaml
from fuzz.corpus import HOSTILE
from fuzz.mutation import pick
from hypothesis import strategies as st

from pipeline.recipe import catalogue
from pipeline.recipe.model import BrandFile, Defaults, Entry, ModelChoice, RecipeFile, RemoveBg
from pipeline.recipe.project_file import ProjectFile
from pipeline.recipe.settings_file import DeadlinesFile, LimitsFile
from pipeline.recipe.shape import Keys

_MODELS = (
    RecipeFile,
    Entry,
    Defaults,
    ModelChoice,
    RemoveBg,
    BrandFile,
    ProjectFile,
    LimitsFile,
    DeadlinesFile,
)


def spelled(model: type[Keys]) -> list[str]:
    """The keys of a mapping as its files write them."""
    return [field.alias or name for name, field in model.model_fields.items()]


KEYS = sorted(
    {key for model in _MODELS for key in spelled(model)} | {"remove_bg", "x", "", "a b", "\x1b[31m"}
)
COLOURS = ["#EC4899", "#3b82f6", "#FFF", "#12345678", "teal", "rebeccapurple", "#000000"]
WORDS = ["coin", "gem", "a glossy coin", "Light Blue", "x-1", "№ 5", "soft light"]

words = st.sampled_from(WORDS)
colours = st.sampled_from(COLOURS)
hostile = pick(HOSTILE).map(copy.deepcopy) | st.text(max_size=12)  # a copy: later harm may go into it
templates = st.sampled_from([
    "A coin in {{ brand.colors.primary | describe }}", "{{ vars.render }}, {{ vars.size }}", "plain words",
    "{{ brand.gradients.hero | describe }} on white background", "{{ asset.name }} {{ asset.model }}",
    "{% if vars.size > 2 %}large{% else %}small{% endif %} {{ brand.colors.accent.blue | darken('10%') }}",
    "{% for c in brand.gradients.hero %}{{ c | rgb }} {% endfor %}", "{{ brand.name | upper }}",
    "{{ brand.colors.primary | mix(brand.colors.accent.blue, 0.3) | contrast }}",
])  # fmt: skip
pictures = st.sampled_from(["../brand/logo.png", "https://example.com/a.jpg", "asset:a0"])
model_ids = st.sampled_from([*catalogue.load().ids(), "nano-banana-pro", "nano-banana-pro", "some/other"])

_FREE: dict[str, st.SearchStrategy[Any]] = {
    "exclude": st.lists(words, max_size=3),
    "icons": st.dictionaries(st.sampled_from(["@1x", "@2x", "hero", "x.y"]), st.integers(1, 8192), max_size=3)
    | st.lists(st.integers(1, 64), max_size=4, unique=True),
    "formats": st.lists(st.sampled_from(["png", "webp", "jpg", "avif"]), min_size=1, max_size=4),
    "removeBg": st.booleans()
    | st.fixed_dictionaries(
        {}, optional={"crop": st.booleans(), "padding": st.sampled_from(["8%", 0.1]), "backdrop": colours}
    ),
    "dir": st.sampled_from(["icons", "a/b", "x.y"]),
    "deadline": st.floats(1, 86_400),
    "vars": st.dictionaries(
        st.sampled_from(["render", "size", "big"]), words | st.integers(-5, 5), max_size=3
    ),
    "params": st.dictionaries(
        st.sampled_from(["nsfw_checker", "seed"]), st.booleans() | st.integers(), max_size=2
    ),
    "references": st.lists(pictures, max_size=2),
}


@st.composite
def entries(draw: st.DrawFn, number: int) -> dict[str, Any]:
    """One asset that is probably right."""
    entry: dict[str, Any] = {
        "name": f"a{number}",
        "prompt": draw(templates | st.lists(templates, max_size=3)),
    }
    if draw(st.integers(0, 3)) == 0:
        entry |= _for_model(draw, draw(model_ids))
    if draw(st.integers(0, 4)) == 0:
        entry["matrix"] = draw(
            st.dictionaries(st.sampled_from(["tier", "b"]), st.lists(words, max_size=3), max_size=2)
        )
    for key in draw(st.lists(st.sampled_from(sorted(_FREE)), max_size=3, unique=True)):
        entry[key] = draw(_FREE[key])
    return entry


def _for_model(draw: st.DrawFn, model_id: str) -> dict[str, Any]:
    """A model with values it takes."""
    model = catalogue.load().get(model_id)
    if model is None:
        return {"model": {"id": model_id, "input": {"prompt": "a cat", "n": draw(st.integers())}}}
    chosen = {"model": model_id, "aspect_ratio": None, "resolution": None}
    for key in model.recipe_keys:
        allowed = model.allowed(key)
        if allowed:
            chosen[key] = draw(st.sampled_from(allowed))
    if model.picture is not None and model.picture.minimum:
        chosen["references"] = ["../brand/logo.png"]
    return chosen


@st.composite
def recipes(draw: st.DrawFn) -> dict[str, Any]:
    """A recipe that is probably right."""
    entry = {"brand": "../brand/primary.yaml", "vars": {"render": "3D render", "size": 3, "big": "A" * 40}}
    entry["defaults"] = {"model": "nano-banana-pro", "resolution": "1K"}
    entry["assets"] = [draw(entries(number)) for number in range(draw(st.integers(1, 4)))]
    if draw(st.booleans()):
        entry["output"] = draw(st.sampled_from(["output/x", "a/b/c", "out"]))
    return entry


@st.composite
def brands(draw: st.DrawFn) -> dict[str, Any]:
    """A brand that is probably right."""
    accent = {"blue": draw(colours), "deep": {"er": draw(colours)}}
    return {
        "name": draw(words),
        "colors": {"primary": draw(colours), "secondary": draw(colours), "accent": accent},
        "gradients": {"hero": draw(st.lists(colours, max_size=3))},
        "exclude": draw(st.lists(words, max_size=3)),
        "extra": {"light": draw(words), "n": draw(st.integers() | st.floats(allow_nan=False))},
        **draw(st.sampled_from([{}, {"extends": "base.yaml"}, {"logo": "logo.png"}])),
    }


@st.composite
def projects(draw: st.DrawFn) -> dict[str, Any]:
    """Settings that are probably right."""
    limits = {"creates": draw(st.integers(1, 1000)), "window": draw(st.floats(0.1, 86_400))}
    return {
        "store": draw(st.sampled_from(["originals", ".pipeline/store", "../outside"])),
        "brand": "brand/primary.yaml",
        "workers": draw(st.sampled_from(["local:1", "local:999"])),
        "limits": limits,
        "deadlines": {"image": draw(st.integers(1, 86_400))},
        "api_base_url": draw(st.sampled_from(["https://api.kie.ai", "http://127.0.0.1:1/x"])),
    }


@st.composite
def spoilt(draw: st.DrawFn, data: st.SearchStrategy[dict[str, Any]], most: int = 3) -> Any:
    """``data`` with up to ``most`` values or keys of it replaced by what does not belong there."""
    tree = copy.deepcopy(draw(data))
    for _ in range(draw(st.integers(0, most))):
        nodes = list(_nodes(tree))
        holder, key = nodes[draw(st.integers(0, 10_000)) % len(nodes)]
        _spoil(holder, key, draw)
    return tree


def _nodes(tree: Any) -> Iterator[tuple[Any, Any]]:
    """(container, key) of every value in the tree."""
    for key, value in list(tree.items() if isinstance(tree, dict) else enumerate(tree)):
        yield tree, key
        if isinstance(value, dict | list):
            yield from _nodes(value)


# Values that are nearly right where they stand.
_NEARLY: dict[str, list[Any]] = {
    "aspect_ratio": [
        "1:0",
        "0:1",
        "²:1",
        "9" * 400 + ":1",
        "9" * 5000 + ":1",
        "1:1 ",
        ":",
        "-1:1",
        "1:1:1",
        1.5,
    ],
    "resolution": ["²K", "0K", "K", "9" * 5000 + "K", "1k", "-1K", 1, "1K "],
    "icons": [
        {"x": 0},
        {"\x9b\x02": 1},
        ["\x9b\x02"],
        [16, 16],
        {"nobg": 5},
        {"@": 1},
        {"x.png": 9},
        {"a": 1e3},
    ],
    "matrix": [
        {},
        {"a": []},
        {"a": [1, True, "1"]},
        {"a": ["/", "-"]},
        {"a": list(range(600))},
        {"\x1b[m": [1]},
    ],
    "references": ["asset:a0", ["asset:a0"] * 40, ["asset:"], ["https://x/\u202e"], ["../brand"], [1], [[]]],
    "image": [
        "asset:a0",
        "asset:a0#nobg",
        "asset:a0@",
        "asset:#@",
        "../brand/logo.png",
        "../pipeline.yaml",
        "",
        "https://[",
        "asset:a9",
    ],
    "vars": [
        {"\x1b[31m": 1},
        {"a": "{{ x }}"},
        {"a": "A" * 90_000},
        {str(n): n for n in range(900)},
        {"": ""},
    ],
    "prompt": [
        "",
        " ",
        [],
        ["a", 5],
        "{{ vars.nobody }}",
        "{{ vars.big }}" * 900,
        "A" * 90_000,
        "{{ 1 | round(9) }}",
    ],
    "removeBg": [
        {"backdrop": "\x1b[m"},
        {"padding": "101%"},
        {"padding": "½%"},
        {"model": "u2net", "crop": 1},
        [],
    ],
    "model": [
        {"id": "x", "input": {"a": [1e300]}},
        {"id": "\x1b[m", "input": {}},
        "nano-banana",
        "google/",
        {},
    ],
    "params": [{"prompt": "x"}, {"image_input": ["x"]}, {"\x1b[m": 1}, {"nsfw_checker": 5}, {"seed": 2**70}],
    "name": ["a0", "A0", "a0-1", "CON", "é", "a" * 101, "a.png", "a.", "{{ x }}", "-a"],
    "filename": ["a0", "CON.x", "../x", "{{ asset.name }}", "a/b", "a\x00"],
    "dir": ["..", "/", "a/../b", "CON/x", ".git", "a//b", "./", "~"],
    "output": [
        "..",
        ".",
        "recipes",
        "brand",
        ".git/x",
        "/tmp",
        "CON",
        "{{ x }}",
        "pipeline.yaml",
        "recipes/x",
    ],
    "rename": [{"a0": "a0"}, {"x": "nobody"}, {"../x": "a0"}, {"\x1b[m": "a0"}],
    "formats": [[], ["png"] * 50, "png", ["PNG"]],
    "deadline": [0, -1, 1e308, True, "60"],
    "extends": ["primary.yaml", "../brand/primary.yaml", "base.yaml", ".", "../recipes/icons.yaml"],
    "colors": [{"a": {"b": {"c": "#GGG"}}}, {"a": []}, {"\x1b[m": "#fff"}, {"primary": {"primary": "#fff"}}],
    "gradients": [{"hero": []}, {"hero": ["#FFF"] * 900}, {"a": ["\x1b[m"]}],
    "logo": ["logo.png", "primary.yaml", "../../outside/secret.txt", "."],
    "limits": [{"creates": 0}, {"window": 1e308}, {"creates": 2**70}],
}


def _spoil(holder: Any, key: Any, draw: st.DrawFn) -> None:
    how = draw(st.sampled_from(["replace", "nearly", "nearly", "add", "rename", "drop", "wrap", "again"]))
    if how == "nearly" and isinstance(holder, dict):
        key = key if key in _NEARLY and draw(st.booleans()) else draw(st.sampled_from(sorted(_NEARLY)))
        holder[key] = copy.deepcopy(draw(pick(_NEARLY[key])))
    elif how == "drop" and len(holder) > 1:
        del holder[key]
    elif how == "wrap":
        holder[key] = [holder[key]] if draw(st.booleans()) else {"x": holder[key]}
    elif how == "again" and isinstance(holder, list):
        holder.append(copy.deepcopy(holder[key]))
    elif how == "add" and isinstance(holder, dict):
        holder[draw(st.sampled_from(KEYS))] = draw(hostile)
    elif how == "rename" and isinstance(holder, dict):
        holder[draw(st.sampled_from(KEYS))] = holder.pop(key)
    else:
        holder[key] = draw(hostile)


def block(data: Any) -> bytes:
    """YAML as people write it."""
    return yaml.dump(data, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True).encode(
        errors="replace"
    )


def flow(data: Any) -> bytes:
    """The same in one line."""
    return json.dumps(data, ensure_ascii=False).encode(errors="replace")


def written(data: st.SearchStrategy[Any]) -> st.SearchStrategy[bytes]:
    """Data as a file's bytes."""
    return st.builds(lambda write, value: write(value), st.sampled_from([block, flow]), data)
