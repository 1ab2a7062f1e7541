"""A project whose recipes have candidates, a service that paints them, and what a kill would leave of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import killed
from pictures import photo
from PIL.PngImagePlugin import PngInfo
from small_project import Idle, Inline, Painter, SmallProject
from virtual_time import VirtualClock, play

from pipeline.events import Event
from pipeline.generate.provider import Download
from pipeline.plan.build import Plan
from pipeline.recipe.spec import Recipe
from pipeline.run.conduct import conduct
from pipeline.run.options import Means, Options, Result
from pipeline.run.places import Places


class Sized(Painter):
    """Paints heroes of the sizes in ``px``, one after the other; 128 px when there are no more."""

    def __init__(self, clock: Any) -> None:
        super().__init__(clock)
        self.px: list[int] = []

    async def fetch(self, url: str, target: Path) -> Download:
        made = self.made[url.rpartition("/")[2]]
        heroes = [one.task_id for one in self.made.values() if one.prompt == "A hero."]
        number = heroes.index(made.task_id) if made.task_id in heroes else len(self.px)
        px = self.px[number] if number < len(self.px) else 128
        told = PngInfo()
        told.add_text("task", made.task_id)
        photo(px, "white").save(target, "png", pnginfo=told)
        data = target.read_bytes()  # noqa: ASYNC240 a few bytes
        return Download(hashlib.sha256(data).hexdigest(), "png", len(data), px, px)


class Project(SmallProject):
    """The same without anything above ``assets``."""

    def __init__(self, root: Path, service: type[Sized] = Sized) -> None:
        for name in ("recipes", ".pipeline"):
            (root / name).mkdir(exist_ok=True)
        self.root, self.places = root, Places(root)
        self.output = root / "output" / "icons"
        self.clock = VirtualClock()
        self.service: Any = service(self.clock)
        self.events: list[Event] = []
        self.tell: Callable[[Event], object] = self.events.append
        self.workers: type[Inline] = Inline

    def go(self, *entries: str, head: str = "", **options: Any) -> Result:
        return self.run(head, *entries, **options)

    def idle(self) -> None:
        """Work no pixels from now on."""
        self.workers = Idle

    def conduct(self, recipes: list[Recipe], **options: Any) -> Result:
        means = Means(self.clock, self.tell, lambda: self.service, self.workers, lambda *_: None)  # type: ignore[arg-type,return-value]
        return play(conduct(recipes, self.places, Options(**options), means))

    def due(self, *entries: str, head: str = "", **options: Any) -> dict[str, str]:
        return {one.asset.name: one.action.kind for one in self.planned(*entries, head=head, **options).steps}

    def planned(self, *entries: str, head: str = "", **options: Any) -> Plan:
        return self.plan(head, *entries, **options)

    @property
    def lock(self) -> dict[str, Any]:
        data: dict[str, Any] = json.loads(self.lock_path.read_text())
        return data["assets"]

    @property
    def lock_path(self) -> Path:
        return self.root / "recipes" / "icons.lock.json"

    def pick(self, number: int, name: str = "hero") -> None:
        data = json.loads(self.lock_path.read_text())
        sha256 = data["assets"][f"{name}@{number}"]["original"]["sha256"]
        data["assets"][name]["pick"] = {"number": number, "sha256": sha256}
        self.lock_path.write_text(json.dumps(data, indent=2, sort_keys=True, ensure_ascii=False) + "\n")

    def taken(self, name: str = "hero") -> int:
        """Which candidate was delivered, by the bytes of the file."""
        sha256 = hashlib.sha256((self.output / f"{name}.png").read_bytes()).hexdigest()
        return next(
            number
            for number in range(1, 9)
            if (entry := self.lock.get(f"{name}@{number}")) and entry["original"]["sha256"] == sha256
        )

    def files(self) -> set[str]:
        return {path.relative_to(self.output).as_posix() for path in self.output.rglob("*") if path.is_file()}

    def creates(self, prompt: str = "A hero.") -> int:
        return len(self.service.created(prompt))


def moments(project: Project, *entries: str, **options: Any) -> Iterator[Project]:
    """The project as a kill would leave it, until hero is delivered."""

    def reopen(left: Path) -> Project:
        again = Project(left, type(project.service))
        again.workers, again.service.px = project.workers, project.service.px
        return again

    return killed.moments(project, "hero", lambda: project.go(*entries, **options), reopen)
