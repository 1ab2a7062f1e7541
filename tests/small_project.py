"""A project on disk with recipes as text and a service that paints one subject; ``run`` is the command."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Self

from pictures import photo
from PIL.PngImagePlugin import PngInfo
from service import FakeService
from virtual_time import VirtualClock, play

from pipeline.deliver.prepare import PrepareJob, PrepareResult, prepare
from pipeline.deliver.process import PictureJob, PictureResult, process
from pipeline.events import Event
from pipeline.generate.provider import Download
from pipeline.plan.build import Plan
from pipeline.recipe.backdrop import ON_BLACK
from pipeline.recipe.loader import load_recipes
from pipeline.recipe.settings import Settings
from pipeline.recipe.spec import Recipe
from pipeline.run.conduct import conduct
from pipeline.run.draw import draw_up
from pipeline.run.options import Means, Options, Result
from pipeline.run.places import Places

PX = 128


class Painter(FakeService):
    """Paints the subject on white, on black where it is asked to; no two alike. Films an orbit."""

    async def fetch(self, url: str, target: Path) -> Download:
        made = self.made[url.rpartition("/")[2]]
        if made.prompt == "orbit":
            return self._film(target)
        told = PngInfo()
        told.add_text("task", made.task_id)
        photo(PX, "black" if made.prompt == ON_BLACK else "white").save(target, "png", pnginfo=told)
        data = target.read_bytes()  # noqa: ASYNC240 a few bytes
        return Download(hashlib.sha256(data).hexdigest(), "png", len(data), PX, PX)

    def _film(self, target: Path) -> Download:
        from films import film  # needs the extra video

        target.write_bytes(data := film())
        return Download(hashlib.sha256(data).hexdigest(), "mp4", len(data), 0, 0)


class Inline:
    """The real pixel work, in this process."""

    async def run(self, job: PictureJob) -> PictureResult:
        return process(job, threads=1)

    async def prepare(self, job: PrepareJob) -> PrepareResult:
        return prepare(job, threads=1)

    def prestart(self, models: Any = ()) -> None:
        """Nothing is slow to start."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Nothing is open."""


class Idle(Inline):
    """No pixel work: what was written is known by its path, which a copy of the project does not have."""

    async def run(self, job: PictureJob) -> PictureResult:
        return PictureResult(job.asset, ())


class SmallProject:
    """A project at ``root``; recipes are given as what stands above their ``assets`` and the entries."""

    def __init__(self, root: Path) -> None:
        (root / "recipes").mkdir()
        (root / ".pipeline").mkdir()
        self.root, self.places = root, Places(root)
        self.output = root / "output" / "icons"
        self.clock = VirtualClock()
        self.service = Painter(self.clock)
        self.events: list[Event] = []

    def recipes(self, head: str, *entries: str, name: str = "icons") -> list[Recipe]:
        path = self.root / "recipes" / f"{name}.yaml"
        lines = "".join(f"  - {entry}\n" for entry in entries)
        text = f"defaults: {{model: nano-banana-pro}}\n{head}\nassets:\n{lines}"
        if not path.is_file() or path.read_text() != text:
            path.write_text(text)
        return load_recipes([path], Settings(), self.root)

    def run(self, head: str, *entries: str, **options: Any) -> Result:
        return self.conduct(self.recipes(head, *entries), **options)

    def conduct(self, recipes: list[Recipe], **options: Any) -> Result:
        means = Means(self.clock, self.events.append, lambda: self.service, Inline, lambda *_: None)  # type: ignore[arg-type,return-value]
        return play(conduct(recipes, self.places, Options(**options), means))

    def plan(self, head: str, *entries: str, **options: Any) -> Plan:
        return draw_up(self.recipes(head, *entries), self.places, Options(**options), self.clock)[0]

    @property
    def manifest(self) -> dict[str, Any]:
        data: dict[str, Any] = json.loads((self.output / "manifest.json").read_text())
        return data
