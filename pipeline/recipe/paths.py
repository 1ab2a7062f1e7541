"""Names that become file names, and paths that must stay inside the project."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice
from pathlib import Path, PurePosixPath

from pipeline.recipe.project import inside
from pipeline.recipe.wording import MOST_COMPARED, nearest, show

PICTURES = ("png", "jpg", "jpeg", "webp")
LONGEST_NAME = 100
STATE = ".pipeline"
MACHINERY = (".git", STATE)  # folders whose content is not the user's to replace

NAME_PATTERN = r"[A-Za-z0-9][A-Za-z0-9._-]*"
_NAME = re.compile(NAME_PATTERN)
_DEVICES = {
    *("con", "prn", "aux", "nul", "conin$", "conout$", "clock$"),
    *(f"{port}{n}" for port in ("com", "lpt") for n in "0123456789¹²³"),
}
_DEEPEST = 8  # folders in one another that a recipe may ask for
_LONGEST_PART = 255  # bytes; of every file system in common use
_LONGEST_MANIFEST = 100_000_000  # bytes
_LONGEST_PATH = 1_024  # bytes from the root, macOS's bound for a whole path


class PathFault(Exception):
    """What is wrong with a path a file names, and what to do about it."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


def name_fault(name: str) -> str:
    """Why ``name`` cannot name files on every system; empty when it can."""
    if not _NAME.fullmatch(name):
        return "must begin with a letter or digit and hold only A-Z a-z 0-9 . _ -"
    if len(name) > LONGEST_NAME:
        return f"must be at most {LONGEST_NAME} characters, not {len(name)}"
    if name.endswith("."):
        return "must not end with a dot"
    if name.partition(".")[0].lower() in _DEVICES:
        return "is a device name on Windows"
    return ""


def slug(value: object) -> str:
    """A value as part of a name: ``16:9`` → ``16-9``, ``Light Blue`` → ``Light-Blue``, ``é`` → ``e``."""
    import unicodedata

    text = str(value).lower() if isinstance(value, bool) else str(value)
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9._]+", "-", plain).strip("-.")


def folder(written: str) -> str:
    """A folder below another, as POSIX text without a leading slash. Raises ``PathFault``."""
    _refuse_foreign(written)
    path = PurePosixPath(written)
    if path.is_absolute() or ".." in path.parts:
        raise PathFault(f"{show(written)} leaves its folder", "write a path below it, such as icons/large")
    if len(path.parts) > _DEEPEST:
        raise PathFault(f"{show(written)} is more than {_DEEPEST} folders deep")
    for part in path.parts:
        if said := name_fault(part):
            raise PathFault(f"{show(part)} {said}")
    return "" if path == PurePosixPath() else path.as_posix()


def resolve_inside(written: str, base: Path, root: Path) -> Path:
    """The absolute path of ``written`` (relative to ``base``), inside ``root``. Raises ``PathFault``."""
    _refuse_foreign(written)
    if PurePosixPath(written).is_absolute():
        raise PathFault(
            f"{show(written)} is an absolute path", "write it relative, so that it works on every machine"
        )
    path = base / written
    try:
        if not inside(root, path):
            raise PathFault(
                f"{show(written)} leaves the project", f"everything must lie below {root.name or root}"
            )
        return root / path.resolve().relative_to(root.resolve())
    except (OSError, ValueError, RuntimeError):
        raise PathFault(f"{show(written)} is not a path") from None


def resolve_file(written: str, base: Path, root: Path) -> Path:
    """The same for a file that exists."""
    path = resolve_inside(written, base, root)
    try:
        if path.is_dir():
            raise PathFault(f"{show(written)} is a folder", "name a file in it")
        if not path.is_file():
            raise PathFault(f"{show(written)} does not exist", _neighbours(path))
    except OSError:  # a name longer than the file system allows
        raise PathFault(f"{show(written)} is not a path") from None
    return path


def refuse_machinery(path: Path, written: str, root: Path, sources: Iterable[Path] = ()) -> None:
    """Refuse an output folder that cannot be one. Raises ``PathFault``.

    ``path`` is what ``written`` comes to, absolute; ``root`` is the project's. Refused are folders of git and
    of this program, names Windows cannot have, text meant as a template, a file, and any folder that holds
    one of ``sources``: the recipe and brand files a run reads.
    """
    _refuse_place(path, written, root, "folder", _OUTPUT_HINT)
    if same_place(path.resolve()) in {same_place(source.resolve().parent) for source in sources}:
        raise PathFault(f"{show(written)} holds recipes or brand files", _OUTPUT_HINT)
    if path.is_file():
        raise PathFault(f"{show(written)} is a file, not a folder", _OUTPUT_HINT)
    if _holds_foreign_manifest(path):
        raise PathFault(f"{show(written)} holds a manifest.json that is not ours", _OUTPUT_HINT)


def refuse_file(path: Path, written: str, root: Path) -> None:
    """The same for a file of generated code, which may lie among sources. Raises ``PathFault``."""
    _refuse_place(path, written, root, "file", _FILE_HINT)
    if path.is_dir():
        raise PathFault(f"{show(written)} is a folder", _FILE_HINT)
    above = (parent for parent in path.parents if parent.is_relative_to(root))
    if file := next((parent for parent in above if parent.is_file()), None):
        raise PathFault(f"{show(written)} lies below {file.name}, which is a file", _FILE_HINT)


def _refuse_place(path: Path, written: str, root: Path, noun: str, hint: str) -> None:
    """Refuse what no result may be called, on this or another system."""
    if "{{" in written or "{%" in written:
        raise PathFault(
            f"{show(written)} is not rendered: no template belongs here", f"write the {noun} itself"
        )
    _refuse_long(path, written, root, hint)
    for part in _own_parts(path, root):
        if part.startswith("-"):
            raise PathFault(f"{show(part)} reads like an option of a command", hint)
        if _is_machinery(part):
            what = "code" if noun == "file" else "pictures"
            raise PathFault(f"{show(written)} lies in {part}, which is not for {what}", hint)
        if said := _windows_fault(part):
            raise PathFault(f"{show(part)} {said}", hint)


def same_place(path: Path) -> str:
    """The path as the most forgiving file system reads it: capitals and Unicode forms aside."""
    import unicodedata

    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", str(path)).casefold())


def _is_machinery(part: str) -> bool:
    """By its own name, or by the short one that Windows gives it (``GIT~1``)."""
    name = same_place(Path(part)).rstrip(". ")
    return name in MACHINERY or bool(re.fullmatch(r"(git|pipeli)~[0-9]+", name))


def _refuse_long(path: Path, written: str, root: Path, hint: str) -> None:
    parts = [part.encode("utf-8", "replace") for part in _own_parts(path, root)]
    if any(len(part) > _LONGEST_PART for part in parts) or sum(map(len, parts)) > _LONGEST_PATH:
        raise PathFault(f"{show(written)} is longer than file systems take", hint)


def _holds_foreign_manifest(folder: Path) -> bool:
    """A web application has a file of that name; ours would replace it."""
    import json

    file = folder / "manifest.json"
    try:
        if not file.is_file():
            return False
        data = json.loads(file.read_bytes()[:_LONGEST_MANIFEST])
    except (OSError, ValueError, RecursionError):
        return True
    return not (isinstance(data, dict) and {"version", "recipe", "assets"} <= data.keys())


def refuse_store(path: Path, written: str, root: Path) -> None:
    """The same for the store, which may lie in ``.pipeline`` or outside. Raises ``PathFault``."""
    if not written.strip() or any(not char.isprintable() for char in written):
        raise PathFault(f"{show(written)} holds a control character or nothing")
    if "://" in written or written.startswith("~"):
        raise PathFault(f"{show(written)} is not a folder", "write a path, such as .pipeline/store")
    _refuse_long(path, written, root, _OUTPUT_HINT)
    parts = _own_parts(path, root)
    for part in parts[1:] if parts[:1] == (STATE,) else [part for part in parts if part != ".."]:
        if _is_machinery(part):
            raise PathFault(f"{show(written)} lies in {part}, which is not for pictures")
        if said := _windows_fault(part):
            raise PathFault(f"{show(part)} {said}")
    if path.is_file():
        raise PathFault(f"{show(written)} is a file, not a folder")


_FILE_HINT = "choose a file among your sources, such as src/assets.ts"
_OUTPUT_HINT = "choose a folder that holds nothing else, such as output/NAME"


def _own_parts(path: Path, root: Path) -> tuple[str, ...]:
    """The parts below the root; outside of it all but the drive."""
    for base, whole in ((root, path), (root.resolve(), path.resolve())):
        if whole.is_relative_to(base):
            return whole.relative_to(base).parts
    return path.parts[bool(path.anchor) :]


def _windows_fault(part: str) -> str:
    if part.partition(".")[0].rstrip().casefold() in _DEVICES:
        return "is a device name on Windows"
    if part.endswith((".", " ")) or any(char in '<>:"|?*' for char in part):
        return "cannot be the name of a folder on Windows"
    return ""


def picture_fault(path: Path, formats: tuple[str, ...]) -> str:
    """Why a file's extension is not one of ``formats``; empty when it is."""
    extension = path.suffix[1:].lower()
    spelled = {"jpg", "jpeg"} if extension in ("jpg", "jpeg") else {extension}
    return "" if spelled & set(formats) else f"{show(path.name)} is not one of {', '.join(formats)}"


def _neighbours(path: Path) -> str:
    if not path.parent.is_dir():
        return f"there is no folder {path.parent.name}"
    near = nearest(path.name, sorted(found.name for found in islice(path.parent.iterdir(), MOST_COMPARED)))
    return f"did you mean {near}?" if near else ""


def _refuse_foreign(written: str) -> None:
    if not written.strip():
        raise PathFault("the path is empty")
    if "\\" in written or re.match(r"[A-Za-z]:", written):
        raise PathFault(f"{show(written)} is not portable", "write forward slashes and no drive")
    if any(not char.isprintable() for char in written):
        raise PathFault(f"{show(written)} holds a control character")
    if written.startswith("~"):
        raise PathFault(f"{show(written)} leaves the project", "write a path relative to this file")
