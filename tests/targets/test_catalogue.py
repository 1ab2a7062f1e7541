"""Rules that the table of every target keeps, whatever is said about it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import BRIEFS, FULL, PHOTO, PLAIN

from pipeline.targets import catalogue
from pipeline.targets.brief import Brief
from pipeline.targets.options import LARGEST_PADDING, Option
from pipeline.targets.output import BACKGROUND, SLOTS, Bundle, Draw, Look, Output, Slot, Text
from pipeline.targets.target import Target

SAFE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._@~ &+-]*(?<![. ])")
JSON = (".json", ".webmanifest")
SAMPLES: dict[str, tuple[Any, ...]] = {
    "flag": (True, False),
    "color": ("#12ab34",),
    "share": ("20%", 0, 0.45),
    "px": (1, 40, 8192),
    "sizes": ([48], [512, 16, 33]),
    "text": ("A & B \"C\" <d> 'e' \\ é",),
    "name": ("Other-1.x",),
    "resource": ("other_1",),
    "path": ("some/folder",),
}


def samples(option: Option) -> Iterator[Any]:
    """Values that an option takes."""
    if option.kind == "choice":
        yield from option.choices
    elif option.kind == "choices":
        yield from ([one] for one in option.choices)
        yield list(option.choices)
        yield []
    else:
        yield from SAMPLES[option.kind]


def sets(target: Target) -> Iterator[tuple[str, Brief, tuple[Output, ...]]]:
    """The set of every brief by default, and of two briefs with every sample of every option."""
    for name, brief in BRIEFS.items():
        yield name, brief, target.outputs(brief)
    for option in target.options:
        for value in samples(option):
            for brief in (FULL, PHOTO):
                yield f"{option.name}={value}", brief, target.outputs(brief, {option.name: value})


@pytest.fixture(scope="module", params=catalogue.NAMES)
def target(request: pytest.FixtureRequest) -> Target:
    return catalogue.target(request.param)


def test_a_target_is_found_by_its_name(target: Target):
    assert target.name in catalogue.NAMES
    assert target.title
    assert target.place.endswith(".")


def test_an_unknown_target_is_no_module_that_happens_to_be_there():
    with pytest.raises(KeyError, match="options"):
        catalogue.target("options")


def test_every_set_has_files(target: Target):
    assert all(target.outputs(brief) for brief in BRIEFS.values())


def test_the_same_brief_gives_the_same_set(target: Target):
    again = {said: outputs for said, _, outputs in sets(target)}
    assert again == {said: outputs for said, _, outputs in sets(target)}


def test_paths_are_safe_on_every_file_system(target: Target):
    for said, _, outputs in sets(target):
        for one in outputs:
            assert all(SAFE.fullmatch(part) for part in one.path.split("/")), (said, one.path)
            assert len(one.path) < 200, (said, one.path)


def test_no_two_files_are_one_where_case_does_not_count(target: Target):
    for said, _, outputs in sets(target):
        files = [one.path.casefold() for one in outputs]
        folders = {str(above) for one in files for above in PurePosixPath(one).parents}
        assert len(files) == len(set(files)), said
        assert not folders & set(files), said


def looks_of(output: Output) -> list[Look]:
    if isinstance(output, Draw):
        return [output.look]
    return [one.look for one in output.entries] if isinstance(output, Bundle) else []


def test_every_look_can_be_drawn(target: Target):
    for said, brief, outputs in sets(target):
        for one in outputs:
            for look in looks_of(one):
                wrong = list(impossible(look, brief))
                assert not wrong, (said, one.path, wrong)


@given(
    name=st.sampled_from(catalogue.NAMES),
    size=st.tuples(st.integers(1, 4096), st.integers(1, 4096)),
    opaque=st.booleans(),
    slots=st.frozensets(st.sampled_from(SLOTS)),
    padding=st.none() | st.floats(0, LARGEST_PADDING),
)
def test_whatever_is_at_hand_can_be_drawn(
    name: str, size: tuple[int, int], opaque: bool, slots: frozenset[Slot], padding: float | None
):
    brief = Brief("kite", size=size, opaque=opaque, slots=slots)
    outputs = catalogue.target(name).outputs(brief, {} if padding is None else {"padding": padding})
    assert outputs
    assert not [wrong for one in outputs for look in looks_of(one) for wrong in impossible(look, brief)]
    assert len({one.path.casefold() for one in outputs}) == len(outputs)


def impossible(look: Look, brief: Brief) -> Iterator[str]:
    most = 0.5 if look.fit == "circle" else 1.0
    if not 0 < look.share <= most + 1e-9:
        yield f"share {look.share}"
    if not (0 < look.bleed <= 1 and 0 < look.body <= 1):
        yield f"bleed {look.bleed}, body {look.body}"
    if look.opaque and (not look.ground or look.shape != "square"):
        yield "no alpha channel, and nothing behind the drawing"
    if look.ground == BACKGROUND and "background" not in brief.slots:
        yield "a picture for the ground that is not there"
    if look.ground not in ("", BACKGROUND) and not re.fullmatch(r"#[0-9A-F]{6}", look.ground):
        yield f"ground {look.ground}"


def test_pictures_have_a_size_and_a_format_that_fits_their_name(target: Target):
    for said, _, outputs in sets(target):
        for one in outputs:
            if isinstance(one, Draw):
                assert one.path.endswith(f".{one.format}"), (said, one.path)
                assert one.width >= 1, (said, one)
                assert one.height >= 0, (said, one)
                assert one.format != "jpg" or one.look.opaque, (said, one)


def test_bundles_hold_each_entry_once(target: Target):
    for said, _, outputs in sets(target):
        for one in outputs:
            if isinstance(one, Bundle):
                codes = [entry.code or entry.px for entry in one.entries]
                assert one.path.endswith((".ico", ".icns")), said
                assert len(codes) == len(set(codes)), (said, one.path)


def test_texts_are_whole_lines_and_parse(target: Target):
    for said, _, outputs in sets(target):
        for one in outputs:
            if isinstance(one, Text):
                assert one.text.endswith("\n"), (said, one.path)
                assert not one.text.endswith("\n\n"), (said, one.path)
                if one.path.endswith(JSON):
                    json.loads(one.text)
                if one.path.endswith(".xml"):
                    ET.fromstring(one.text.encode())


def test_contents_json_names_what_is_there_and_nothing_else(target: Target):
    for said, _, outputs in sets(target):
        files = {one.path for one in outputs}
        for one in outputs:
            folder, _, name = one.path.rpartition("/")
            if isinstance(one, Text) and name == "Contents.json" and folder.endswith("set"):
                named = {entry["filename"] for entry in json.loads(one.text)["images"]}
                there = {path[len(folder) + 1 :] for path in files if path.startswith(f"{folder}/")}
                assert named == there - {name}, (said, folder)


def test_contents_json_lists_every_layer(target: Target):
    for said, _, outputs in sets(target):
        files = {one.path for one in outputs}
        for one in outputs:
            folder, _, name = one.path.rpartition("/")
            content = json.loads(one.text) if isinstance(one, Text) and name == "Contents.json" else {}
            if listed := content.get("layers") or content.get("assets"):
                named = {entry["filename"] for entry in listed}
                inside = [path[len(folder) + 1 :] for path in files if path.startswith(f"{folder}/")]
                assert named == {path.split("/")[0] for path in inside} - {name}, (said, folder)


def test_every_option_does_something(target: Target):
    every: dict[str, Any] = {one.name: True for one in target.options if one.kind == "flag"}
    for option in target.options:
        changed = [
            value
            for value in samples(option)
            for brief in (PLAIN, FULL, PHOTO)
            for others in ({}, every)  # one may only matter together with what another brings in
            if target.outputs(brief, {**others, option.name: value}) != target.outputs(brief, others)
        ]
        assert changed, option.name


def test_every_option_is_explained(target: Target):
    names = [option.name for option in target.options]
    assert len(names) == len(set(names))
    for option in target.options:
        assert option.help.endswith("."), option.name
        assert "|" not in option.help, option.name
        assert bool(option.choices) == (option.kind in ("choice", "choices")), option.name


def test_defaults_can_be_said(target: Target):
    defaults = {option.name: option.default for option in target.options}
    assert target.outputs(FULL, defaults) == target.outputs(FULL)
