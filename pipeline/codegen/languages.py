"""One source file a language: TypeScript, Swift, Kotlin. The same pictures always give the same text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from pipeline.codegen.identifiers import lower_camel, type_name
from pipeline.codegen.pictures import AssetPictures, Picture
from pipeline.errors import clean

OURS: Final = "// Written by `pipeline run` for the recipe "
"""How every file of ours begins. One that begins otherwise is somebody else's."""


def to_code(language: str, recipe: str, assets: Sequence[AssetPictures], *, package: str = "") -> str:
    """The file for ``language``, one of ``ENDINGS``; ``package`` is Kotlin's, left out when empty."""
    head = f"{OURS}{clean(recipe)}: what is changed here will be lost."
    return "\n".join([head, *_WRITERS[language](assets, package), ""])


def _quoted(text: str) -> str:
    """``text`` as a string of all three languages: ``pictures`` lets no ``$`` or backslash through."""
    return json.dumps(text, ensure_ascii=False)


def _typescript(assets: Sequence[AssetPictures], _package: str) -> Iterator[str]:
    yield from (
        "",
        "export interface Picture {",
        "  /** Path below the output folder. */",
        "  readonly file: string;",
        "  /** In pixels; 0 where the file does not say. */",
        "  readonly width: number;",
        "  readonly height: number;",
        "}",
        "",
        "export const assets = {",
    )
    for asset in assets:
        yield f"  {lower_camel(asset.name)}: {{"
        yield f"    name: {_quoted(asset.name)},"
        yield f"    color: {_quoted(asset.color)},"
        yield f"    original: {_ts_picture(asset.original)},"
        yield from _ts_formats("full", asset.full, 4)
        yield "    icons: {"
        for label, formats in asset.icons.items():
            yield from _ts_formats(_quoted(label), formats, 6)
        yield "    },"
        yield "  },"
    yield from ("} as const;", "", "export type AssetName = keyof typeof assets;")


def _ts_formats(key: str, formats: Mapping[str, Picture], indent: int) -> Iterator[str]:
    yield f"{'':{indent}}{key}: {{"
    for name, picture in formats.items():
        yield f"{'':{indent + 2}}{name}: {_ts_picture(picture)},"
    yield f"{'':{indent}}}},"


def _ts_picture(picture: Picture) -> str:
    return f"{{ file: {_quoted(picture.file)}, width: {picture.width}, height: {picture.height} }}"


def _swift(assets: Sequence[AssetPictures], _package: str) -> Iterator[str]:
    yield from (
        "",
        "public enum Assets {",
        "    /// A file below the output folder; sizes are in pixels, 0 where it does not say.",
        "    public struct Picture: Sendable, Hashable {",
        "        public let file: String",
        "        public let width: Int",
        "        public let height: Int",
        "    }",
    )
    for asset in assets:
        yield from ("", f"    public enum {type_name(asset.name, 'swift')} {{")
        yield f"        public static let name = {_quoted(asset.name)}"
        yield f"        public static let color = {_quoted(asset.color)}"
        yield f"        public static let original = {_call(asset.original, ': ')}"
        yield f"        public static let full: [String: Picture] = {_swift_map(asset.full, 8)}"
        yield from _swift_icons(asset.icons)
        yield "    }"
    yield "}"


def _swift_icons(icons: Mapping[str, Mapping[str, Picture]]) -> Iterator[str]:
    if not icons:
        yield "        public static let icons: [String: [String: Picture]] = [:]"
        return
    yield "        public static let icons: [String: [String: Picture]] = ["
    for label, formats in icons.items():
        yield f"            {_quoted(label)}: {_swift_map(formats, 12)},"
    yield "        ]"


def _swift_map(formats: Mapping[str, Picture], indent: int) -> str:
    lines = [f"{'':{indent + 4}}{_quoted(name)}: {_call(one, ': ')}," for name, one in formats.items()]
    return "\n".join(["[", *lines, f"{'':{indent}}]"])


def _kotlin(assets: Sequence[AssetPictures], package: str) -> Iterator[str]:
    if package:
        yield from ("", f"package {package}")
    yield from (
        "",
        "object Assets {",
        "    /** A file below the output folder; sizes are in pixels, 0 where it does not say. */",
        "    data class Picture(val file: String, val width: Int, val height: Int)",
    )
    for asset in assets:
        yield from ("", f"    object {type_name(asset.name, 'kotlin')} {{")
        yield f"        const val NAME = {_quoted(asset.name)}"
        yield f"        const val COLOR = {_quoted(asset.color)}"
        yield f"        val original = {_call(asset.original, ' = ')}"
        yield from _kotlin_map("val full: Map<String, Picture> =", asset.full, 8, "")
        yield "        val icons: Map<String, Map<String, Picture>> = mapOf("
        for label, formats in asset.icons.items():
            yield from _kotlin_map(f"{_quoted(label)} to", formats, 12, ",")
        yield from ("        )", "    }")
    yield "}"


def _kotlin_map(head: str, formats: Mapping[str, Picture], indent: int, end: str) -> Iterable[str]:
    yield f"{'':{indent}}{head} mapOf("
    for name, picture in formats.items():
        yield f"{'':{indent + 4}}{_quoted(name)} to {_call(picture, ' = ')},"
    yield f"{'':{indent}}){end}"


def _call(picture: Picture, binds: str) -> str:
    """``Picture(file: "coin.png", width: 1024, height: 1024)``, in Swift's or Kotlin's way of naming."""
    facts = ("file", _quoted(picture.file)), ("width", picture.width), ("height", picture.height)
    return f"Picture({', '.join(f'{name}{binds}{value}' for name, value in facts)})"


_WRITERS: Final[Mapping[str, Callable[[Sequence[AssetPictures], str], Iterable[str]]]] = {
    "typescript": _typescript,
    "swift": _swift,
    "kotlin": _kotlin,
}
