"""A project folder that is filled anew for every input, in memory where the system offers that."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

Content = bytes | str | None  # a file's bytes, a link's target, a folder
Files = Mapping[str, Content]
SECRET = b"nobody's business\n"

_SHARED = Path("/dev/shm")
_MEMORY = _SHARED if os.access(_SHARED, os.W_OK) else None


@contextmanager
def workspace(files: Files) -> Iterator[Path]:
    """The root of a project with these files; ``../outside/secret.txt`` beside it must stay as it is."""
    here = os.open(".", os.O_RDONLY)
    with tempfile.TemporaryDirectory(prefix="fuzz-", dir=_MEMORY, ignore_cleanup_errors=True) as folder:
        top = Path(folder).resolve()
        outside = top / "outside"
        outside.mkdir()
        (outside / "secret.txt").write_bytes(SECRET)
        root = top / "project"
        fill(root, files)
        os.chdir(root)
        try:
            yield root
        finally:
            os.fchdir(here)
            os.close(here)
        _untouched(outside)


def fill(root: Path, files: Files) -> None:
    """Write files, links and folders; a name that cannot be, or is taken, is left out."""
    root.mkdir(exist_ok=True)
    for name, content in files.items():
        path = root / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if content is None:
                path.mkdir(exist_ok=True)
            elif isinstance(content, str):
                path.symlink_to(content)
            else:
                path.write_bytes(content)
        except (OSError, ValueError):
            continue


def _untouched(outside: Path) -> None:
    from fuzz.campaign import promise

    found = {path.name: path.read_bytes() for path in outside.iterdir()}
    promise(found == {"secret.txt": SECRET}, "what lies outside of the project stays as it is", sorted(found))


def new_folder() -> Path:
    """An empty folder; ``clear`` it afterwards."""
    return Path(tempfile.mkdtemp(prefix="fuzz-", dir=_MEMORY))


def clear(folder: Path) -> None:
    """Remove a folder and all in it."""
    shutil.rmtree(folder, ignore_errors=True)
