"""Android's adaptive icons: what their XML names, and whether a launcher's mask clips it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pipeline.deliver.finding import Finding
from pipeline.deliver.rules.folders.android import resource_folders
from pipeline.deliver.rules.folders.tree import Rel, Tree, Unreadable
from pipeline.deliver.rules.folders.xml import ANDROID, Element, elements
from pipeline.errors import clean
from pipeline.picture import masks

if TYPE_CHECKING:
    from PIL.Image import Image

LAYER_DP: Final = 108
SAFE: Final = 33 / LAYER_DP
"""Radius, as a share of the side, that no mask cuts: the 66 dp circle of developer.android.com."""
SMALLEST: Final = 24 / LAYER_DP
"""Radius below which a drawing is smaller than the 48 dp it should at least have."""

_VIEWPORT: Final = 72 / LAYER_DP
_LAYERS: Final = ("background", "foreground", "monochrome")
_REFERENCE: Final = re.compile(r"@(\+?)(?:([a-z0-9_.]+):)?([a-z]+)/([A-Za-z0-9_.]+)")
_LENGTH: Final = re.compile(r"([0-9]{1,4}(?:\.[0-9]{1,4})?)(%|dp|dip)")
_VALUES: Final = re.compile(r"values(-[A-Za-z0-9+]+)*")
_LAUNCHER: Final = "ic_launcher"
_FRONT: Final = "ic_launcher_foreground"
_INSET: Final = "Let the background cover all of the 108 dp; only the foreground keeps its distance."
_MOVE: Final = "Keep what matters within 66 of the 108 dp, measured as a circle."


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer as the XML has it. ``inset`` is a share of the side, on the side it is largest."""

    name: str
    reference: str  # "@mipmap/ic_launcher_foreground"; empty where it is drawn in the XML itself
    inset: float = 0.0


def adaptive_icon(tree: Tree) -> Iterator[Finding]:
    """Every adaptive icon: its XML is sound, what it names exists, and no mask clips it."""
    yield from _unused(tree)
    known: Mapping[str, list[Rel]] | None = None
    for file in _icons(tree):
        try:
            layers = _layers(tree.text(file))
        except Unreadable as error:
            yield tree.finding("error", file, str(error), "The Android build fails on it.")
            continue
        if layers is None:
            continue
        known = resources(tree) if known is None else known
        yield from _named(tree, file, layers, known)
        for layer in layers:
            yield from _drawn(tree, file, layer, known)


def _unused(tree: Tree) -> Iterator[Finding]:
    """A foreground without the XML that would show it, in a project's ``res`` folders taken together."""
    fronts: dict[Rel, Rel] = {}
    for folder, _ in resource_folders(tree):
        if any(file.name.partition(".")[0] == _FRONT for file in tree.folders[folder]):
            fronts.setdefault(_project(tree, folder.parent), folder.parent)
    shown = {_project(tree, file.parent.parent) for file in _icons(tree) if _shows_launcher(tree, file)}
    for project, res in sorted(fronts.items()):
        if project not in shown and tree.called(res) == "res":
            said = f"has {_FRONT} and no mipmap-anydpi-v26/{_LAUNCHER}.xml: the adaptive icon is never used"
            yield tree.finding("warning", res, said, "Add the XML, with a background and this foreground.")


def _project(tree: Tree, res: Rel) -> Rel:
    """What the ``res`` folders of all variants have in common: ``app/src`` of ``app/src/debug/res``."""
    sources = res.parent.parent
    return sources if tree.called(sources) == "src" else res


def _shows_launcher(tree: Tree, file: Rel) -> bool:
    """Whether it is the launcher's adaptive icon, by its name or its foreground."""
    try:
        layers = _layers(tree.text(file))
    except Unreadable:
        return file.name.startswith(_LAUNCHER) and file.stem != _FRONT  # which is said of the XML itself
    named = {layer.reference.partition("/")[2] for layer in layers or ()}
    return layers is not None and (file.name.startswith(_LAUNCHER) or _FRONT in named)


def resources(tree: Tree) -> Mapping[str, list[Rel]]:
    """Everything that can be referred to ("mipmap/ic_launcher", "color/ink"), with its files."""
    found: defaultdict[str, list[Rel]] = defaultdict(list)
    for folder, _ in resource_folders(tree):
        for file in tree.folders[folder]:
            found[f"{tree.called(folder).partition('-')[0]}/{file.name.partition('.')[0]}"].append(file)
    for folder, files in tree.folders.items():
        if _VALUES.fullmatch(tree.called(folder)):
            for file in files:
                found.update({name: [file] for name in _values(tree, file)})
        elif tree.called(folder).partition("-")[0] == "color":
            found.update({f"color/{file.name.partition('.')[0]}": [file] for file in files})
    return found


def _values(tree: Tree, file: Rel) -> Iterator[str]:
    if file.suffix.lower() == ".xml":
        try:
            listed = elements(tree.text(file))
        except Unreadable:
            return
        for one in listed:
            kind = one.attributes.get("type", "") if one.tag == "item" else one.tag
            yield f"{kind}/{one.attributes.get('name', '')}"


def _icons(tree: Tree) -> Iterator[Rel]:
    for folder, qualifiers in resource_folders(tree):
        if "anydpi" in qualifiers or tree.called(folder) in ("mipmap", "drawable"):
            yield from (file for file in tree.folders[folder] if file.suffix.lower() == ".xml")


def _layers(text: str) -> list[Layer] | None:
    """The layers; None for XML that is no adaptive icon. Raises ``Unreadable``."""
    listed = elements(text)
    if listed[0].tag != "adaptive-icon":
        return None
    layers: list[Layer] = []
    for one in listed[1:]:
        if one.depth == 1:
            layers.append(Layer(one.tag, one.attributes.get(f"{ANDROID}drawable", "")))
        elif layers and one.tag == "inset":
            reference = one.attributes.get(f"{ANDROID}drawable", layers[-1].reference)
            layers[-1] = Layer(layers[-1].name, reference, _inset(one))
        elif layers and not layers[-1].reference:
            reference = one.attributes.get(f"{ANDROID}src", one.attributes.get(f"{ANDROID}drawable", ""))
            layers[-1] = Layer(layers[-1].name, reference, layers[-1].inset)
    return layers


def _inset(element: Element) -> float:
    sides = ("inset", "insetLeft", "insetTop", "insetRight", "insetBottom")
    return max((_share(element.attributes.get(f"{ANDROID}{side}", "")) for side in sides), default=0.0)


def _share(length: str) -> float:
    found = _LENGTH.fullmatch(length.strip())
    if not found:
        return 0.0
    return min(0.5, float(found[1]) / (100 if found[2] == "%" else LAYER_DP))


def _named(tree: Tree, file: Rel, layers: list[Layer], known: Mapping[str, list[Rel]]) -> Iterator[Finding]:
    names = [layer.name for layer in layers]
    for name in _LAYERS[:2]:
        if name not in names:
            yield tree.finding("error", file, f"has no {name} layer", "An adaptive icon has both of them.")
    if "monochrome" not in names:
        said = "has no monochrome layer: themed icons are made from the foreground, or not at all"
        yield tree.finding("note", file, said, "Add one, where the drawing has a silhouette.")
    for layer in layers:
        found = _REFERENCE.fullmatch(layer.reference)
        if layer.reference.startswith("@") and not found:
            yield tree.finding("error", file, f"refers to {clean(layer.reference)}, which is no resource")
        elif found and not found[2] and f"{found[3]}/{found[4]}" not in known:
            said = f"refers to {clean(layer.reference)}, which is not there"
            yield tree.finding("error", file, said, "Add it: the Android build fails otherwise.")


def _drawn(tree: Tree, file: Rel, layer: Layer, known: Mapping[str, list[Rel]]) -> Iterator[Finding]:
    if layer.name == "background" and layer.inset:
        said = "insets its background: black edges show while the launcher moves it"
        yield tree.finding("warning", file, said, _INSET)
    largest = _largest(tree, known.get(layer.reference.lstrip("@+"), ()))
    picture = tree.picture(largest) if largest and layer.name in _LAYERS else None
    if largest is None or picture is None:
        return
    if layer.name != "background":
        yield from (tree.finding("warning", largest, *said) for said in _misplaced(layer, picture))
    elif masks.has_alpha_below(picture):
        said = "is the background and transparent in places, which show black"
        yield tree.finding("warning", largest, said, _INSET)


def _misplaced(layer: Layer, picture: Image) -> Iterator[tuple[str, str]]:
    """What is wrong with where a foreground or monochrome layer is drawn, and what to do.

    A filled box as large as the viewport is a picture that is meant to be clipped.
    """
    shown, spare, far = 1 - 2 * layer.inset, 1 / min(picture.size), masks.reach(picture)
    if masks.fills_its_box(picture) and max(masks.extent(picture)) * shown >= _VIEWPORT - spare:
        return
    if far * shown > SAFE + spare:
        said = f"reaches {far * shown:.3f} of its side from the centre, and masks cut beyond {SAFE:.3f}"
        yield said, _MOVE
    elif layer.inset and 0 < far <= SAFE + spare:
        said = (
            f"has its margin in the picture and an inset of {layer.inset:.0%} in its XML: it is shrunk twice"
        )
        yield said, "Take the inset out of the XML, or the margin out of the picture."
    elif 0 < far < SMALLEST - spare:
        said = f"reaches only {far:.3f} of its side from the centre: smaller than 48 of 108 dp"
        yield said, "Draw it larger."


def _largest(tree: Tree, files: Iterable[Rel]) -> Rel | None:
    """The picture in the highest density."""
    heads = {file: head.width for file in files if (head := tree.head(file))}
    return max(heads, key=lambda file: (heads[file], file), default=None)
