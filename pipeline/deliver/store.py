"""The store of paid originals: one file a content, named by its SHA-256, never changed once there."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from pipeline import digest
from pipeline.deliver.files import move_in, sync, writing
from pipeline.errors import ProcessError
from pipeline.plan.purchase import Original


class LocalStore:
    """``ROOT/ab/abcdef….png``; files on their way in wait in ``ROOT/incoming/OWNER``.

    ``copies`` says where delivered copies of originals may be (digest → file): a fresh clone has those and
    no store.
    """

    def __init__(
        self, root: Path, copies: Mapping[str, Path] = MappingProxyType({}), owner: str = "local"
    ) -> None:
        """``owner`` tells projects that share a store apart: each clears only what it left half fetched."""
        self._root = root
        self._copies = copies
        self._incoming = root / "incoming" / owner

    def holds(self, original: Original) -> bool:
        """Whether the content is here."""
        return self._place(original).is_file()

    def path(self, original: Original) -> Path:
        """The file with the content, taken back in from a delivered copy if need be.

        Raises ``ProcessError`` when it is nowhere, ``DeliveryError`` when it cannot be taken in.
        """
        place = self._place(original)
        if not place.is_file() and not self._recover(original):
            raise ProcessError(
                f"The original {original.sha256[:12]} is not in the store {self._root}.",
                hint="Restore the store from a backup, or buy it again with --regenerate.",
            )
        return place

    def scratch(self, name: str) -> Path:
        """A path on the store's file system for a file on its way in. Raises ``DeliveryError``."""
        with writing(self._incoming):
            self._incoming.mkdir(parents=True, exist_ok=True)
        return self._incoming / f"{name}.{uuid.uuid4().hex}"

    def adopt(self, file: Path, original: Original) -> None:
        """Move a finished file in, durably. Raises ``DeliveryError``."""
        place = self._place(original)
        if place.is_file():
            file.unlink(missing_ok=True)
            return
        with writing(place):
            sync(file)
        move_in(file, place)
        with writing(place):
            sync(place.parent)

    def clear_incoming(self) -> None:
        """Drop half-fetched files of killed runs. Only for the run that holds the project's lock."""
        shutil.rmtree(self._incoming, ignore_errors=True)

    def _recover(self, original: Original) -> bool:
        copy = self._copies.get(original.sha256)
        if copy is None or not copy.is_file() or digest.of_file(copy) != original.sha256:
            return False
        scratch = self.scratch(f"recovered-{original.sha256[:12]}")
        with writing(scratch):
            shutil.copyfile(copy, scratch)
        self.adopt(scratch, original)
        return True

    def _place(self, original: Original) -> Path:
        return self._root / original.sha256[:2] / f"{original.sha256}.{original.extension}"
