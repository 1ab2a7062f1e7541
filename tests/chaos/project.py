"""Small projects that use every way money is spent: alone, in a matrix, in a chain, with an upload."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from quick import know_quick

BRAND = 'name: Lumen\ncolors: {primary: "#EC4899", secondary: "#8B5CF6"}\n'
HEAD = """\
brand: ../brand/primary.yaml
defaults: {model: nano-banana-pro, aspect_ratio: "1:1", resolution: 1K, formats: [png, webp]}
assets:
"""
OPENAI_HEAD = """\
brand: ../brand/primary.yaml
defaults: {model: openai/gpt-image-1.5, aspect_ratio: "1:1", params: {quality: low}, formats: [png, webp]}
assets:
"""
CHAIN = """\
  - name: coin
    prompt: a coin
    icons: {"@1x": 8, "@2x": 12}
  - name: stack
    prompt: a stack of coins
    references: ["asset:coin"]
"""
UPLOAD = """\
  - name: mood
    prompt: a mood
    references: [../brand/mood.png]
"""
MATRIX = """\
  - name: badge
    matrix: {tier: [bronze, silver, gold]}
    prompt: a {{ matrix.tier }} badge
    icons: [8]
  - name: pile
    prompt: a pile of stacks
    references: ["asset:stack"]
"""
PLAIN = """\
  - name: hero
    prompt: a hero
  - name: night
    prompt: a night
    formats: [webp]
    dir: scenes
"""
CUTOUT = """\
  - name: gem
    prompt: a gem
    removeBg: true
    icons: [8]
"""
SETTINGS = "provider: kie\ndeadlines: {image: 60}\nmax_download_mb: 1\nworkers: local:1\n"
MADE_FROM = {"stack": "coin", "pile": "stack"}


@dataclass(frozen=True, slots=True)
class Project:
    """Files to write, and the prompt by which the service's ledger knows each asset (recipe, name)."""

    files: Mapping[str, str | bytes]
    prompts: Mapping[tuple[str, str], str]
    provider: str = "kie"

    def write(self, root: Path) -> Path:
        """Put the project at ``root``, with a journal that knows the service to be quick."""
        for name, content in self.files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        know_quick(root / ".pipeline" / "journal.db")
        return root

    def upstream(self, name: tuple[str, str], *, deep: bool = False) -> list[tuple[str, str]]:
        """What an asset is made from; ``deep``: and what that is made from."""
        nearest = [(name[0], MADE_FROM[name[1]])] if name[1] in MADE_FROM else []
        return nearest + [far for near in nearest if deep for far in self.upstream(near, deep=True)]

    @property
    def recipes(self) -> list[str]:
        """Names of the recipes."""
        return sorted({recipe for recipe, _ in self.prompts})


def small() -> Project:
    """Three assets: one alone that others are made from, one made from it, one with an upload."""
    return _project(
        {"icons": HEAD + CHAIN + UPLOAD},
        {"icons": {"coin": "a coin", "stack": "a stack of coins", "mood": "a mood"}},
    )


def large(*, cutout: bool = False) -> Project:
    """Two recipes, nine assets: a matrix and a chain of three as well; ``cutout``: one loses its backdrop."""
    icons = {"coin": "a coin", "stack": "a stack of coins", "pile": "a pile of stacks"}
    icons |= {f"badge-{tier}": f"a {tier} badge" for tier in ("bronze", "silver", "gold")}
    scenes = {"mood": "a mood", "hero": "a hero", "night": "a night"}
    if cutout:
        scenes["gem"] = "a gem"
    texts = {"icons": HEAD + CHAIN + MATRIX, "scenes": HEAD + UPLOAD + PLAIN + (CUTOUT if cutout else "")}
    return _project(texts, {"icons": icons, "scenes": scenes})


def with_openai(project: Project) -> Project:
    """The same from OpenAI's images API."""
    files = {
        name: content.replace(HEAD, OPENAI_HEAD).replace("provider: kie", "provider: openai")
        for name, content in project.files.items()
        if isinstance(content, str)
    }
    return replace(project, files={**project.files, **files}, provider="openai")


def _project(recipes: Mapping[str, str], prompts: Mapping[str, Mapping[str, str]]) -> Project:
    files: dict[str, str | bytes] = {f"recipes/{name}.yaml": text for name, text in recipes.items()}
    files |= {"brand/primary.yaml": BRAND, "brand/mood.png": png("mood")}
    files["pipeline.yaml"] = SETTINGS
    known = {(recipe, name): prompt for recipe, own in prompts.items() for name, prompt in own.items()}
    return Project(files, known)


def png(text: str, px: int = 16) -> bytes:
    """A small square on white that carries ``text``: different texts make different files."""
    shade, edge = zlib.crc32(text.encode()), px // 4
    color, white = bytes([shade & 127, shade >> 8 & 127, shade >> 16 & 127]), b"\xff\xff\xff"
    inside = b"\0" + white * edge + color * (px - 2 * edge) + white * edge
    outside = (b"\0" + white * px) * edge
    rows = zlib.compress(outside + inside * (px - 2 * edge) + outside)
    header = struct.pack(">IIBBBBB", px, px, 8, 2, 0, 0, 0)
    pieces = ((b"IHDR", header), (b"tEXt", b"Comment\0" + text.encode()), (b"IDAT", rows))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*piece) for piece in (*pieces, (b"IEND", b"")))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
