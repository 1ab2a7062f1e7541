"""Where things of a project live on disk."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pipeline.errors import clean
from pipeline.recipe.spec import Recipe

STATE = ".pipeline"


@dataclass(frozen=True, slots=True)
class Places:
    """Paths for one way of running: for real, in the sandbox, or into another output folder.

    What the sandbox draws never mixes with what was paid for: it has a store, a journal, locks and an output
    folder of its own.
    """

    root: Path
    sandbox: bool = False
    output: Path | None = None  # --output
    store_folder: Path | None = None  # `store:` of pipeline.yaml

    @classmethod
    def of(cls, root: Path, store: str, *, sandbox: bool = False, output: Path | None = None) -> Places:
        """The places of a project; ``store`` is what pipeline.yaml says, empty for the usual one."""
        return cls(root, sandbox, output, root / store if store else None)

    @property
    def state(self) -> Path:
        """The folder git ignores."""
        return self.root / STATE / "sandbox" if self.sandbox else self.root / STATE

    @property
    def journal(self) -> Path:
        """The journal of paid work."""
        return self.state / "journal.db"

    @property
    def store(self) -> Path:
        """Paid originals by content."""
        if self.store_folder is not None and not self.sandbox:
            return self.store_folder
        return self.state / "store"

    @property
    def run_lock(self) -> Path:
        """Held by the one run that may write."""
        return self.state / "run.lock"

    def output_of(self, recipe: Recipe) -> Path:
        """Where a recipe's files are delivered."""
        if self.output is not None:
            return self.output / recipe.name
        if self.sandbox:
            return self.root / "output" / "sandbox" / recipe.name
        return recipe.output

    def shown(self, path: Path) -> str:
        """A path as people read it: relative to the project where it lies inside."""
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else str(path)

    def run_command(self, recipe: Recipe) -> str:
        """The command that makes a recipe here, to be pasted."""
        return f"pipeline run {clean(recipe.key)}{' --sandbox' * self.sandbox}"

    def pick_command(self, name: str) -> str:
        """The command that picks one of an asset's candidates here, to be pasted and completed."""
        return f"pipeline pick {'--sandbox ' * self.sandbox}{clean(name)} N"

    def lock_of(self, recipe: Recipe) -> Path:
        """A recipe's lock: beside the recipe, except where the files are not the committed ones."""
        if self.output is not None:
            return self.output_of(recipe) / f"{recipe.name}.lock.json"
        if self.sandbox:
            return self.state / "locks" / PurePosixPath(recipe.key).with_suffix(".lock.json")
        return recipe.path.with_suffix(".lock.json")
