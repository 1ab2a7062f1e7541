"""What ``pipeline doctor`` looks at: each check is one function that answers with a ``Check``."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from pipeline.cli.context import Context
from pipeline.cli.crash import versions
from pipeline.cli.project import root_of
from pipeline.errors import AuthenticationFailed, PipelineError, PlanRefused, clean
from pipeline.recipe.settings import FILE, load_settings
from pipeline.report.output import Output, Style
from pipeline.report.words import credits_of

if TYPE_CHECKING:
    from pipeline.cli.connection import Connection

_OLDEST_PYTHON: Final = (3, 11)
_DISK_FAILS_BELOW: Final = 100_000_000  # bytes: one 4K run's originals do not fit
_DISK_WARNS_BELOW: Final = 2_000_000_000
_IMPORT_IS_SLOW_S: Final = 20.0  # about 3 s when compiled
_IMPORT_WITHIN_S: Final = 180.0  # the first import of rembg compiles for about 40 s
_ANSWER_WITHIN_S: Final = 5.0
_CLOCK_MAY_BE_OFF_S: Final = 120.0  # callbacks and upload lifetimes are judged by the clock
_DEFAULT_CUTOUT: Final = "u2netp"

State = Literal["ok", "warn", "fail"]
_STYLES: Final[dict[State, Style]] = {"ok": "good", "warn": "warn", "fail": "bad"}


@dataclass(frozen=True, slots=True)
class Check:
    """One finding: what was looked at, how it is, and what to do about it where it is not well."""

    name: str
    state: State
    detail: str
    fix: str = ""

    def line(self, output: Output) -> str:
        """``ok    python      3.11.7``, with what to do below it."""
        detail = self.detail.replace("\n", f"\n{'':20}")
        first = f"{output.paint(f'{self.state:4}', _STYLES[self.state])}  {self.name:12}  {detail}"
        return f"{first}\n{'':20}{self.fix}" if self.fix else first

    def to_json(self) -> dict[str, Any]:
        """The finding as plain data."""
        return asdict(self)


def examine(context: Context, *, online: bool = False) -> Iterator[Check]:
    """Every check in turn, the quick ones first; never raises for what it finds.

    ``online`` adds requests to the service's two hosts, and asks it what the key's account has left.
    """
    root = root_of(context.folder, context.folder)
    yield python(sys.version_info[:3])
    yield packages(list(versions()))
    yield codecs()
    yield video()
    yield writable(root)
    said = _guarded("settings", lambda: settings(root))
    yield said
    yield disk(shutil.disk_usage(root).free)
    if said.state == "ok":
        yield _guarded("key", lambda: key(context, root))
    else:
        yield Check("key", "warn", "not looked for: whose it has to be, the settings say")
    yield clock(time.time(), Path(__file__).stat().st_mtime)
    yield weights()
    yield compiled()
    yield removal()
    if online and said.state == "ok":
        yield from _reach(context, root)


def python(version: tuple[int, ...]) -> Check:
    """Python is one we run on."""
    said = ".".join(map(str, version))
    if version >= _OLDEST_PYTHON:
        return Check("python", "ok", f"{said} ({sys.executable})")
    return Check("python", "fail", f"{said} is too old", "Install Python 3.11 or later.")


def packages(found: list[str]) -> Check:
    """Every package we build on is installed; ``found`` holds ``name version`` or ``name missing``."""
    missing = [line.split()[0] for line in found if line.endswith(" missing")]
    if missing:
        return Check("packages", "fail", f"missing: {', '.join(missing)}", "pip install asset-pipeline")
    return Check("packages", "ok", ", ".join(found))


def codecs() -> Check:
    """Pillow can write the formats a recipe may ask for."""
    try:
        from PIL import features
    except ImportError as error:
        return Check("pillow", "fail", clean(error), "pip install --force-reinstall pillow")
    lacking = [name for name in ("jpg", "webp", "avif", "zlib", "littlecms2") if not features.check(name)]
    if lacking:
        return Check("pillow", "fail", f"built without {', '.join(lacking)}", "pip install --upgrade pillow")
    return Check("pillow", "ok", "writes PNG, JPEG, WebP and AVIF, converts colour profiles")


def video() -> Check:
    """PyAV is here for what is made of videos, with every encoder that is used; or what is missing."""
    from pipeline.picture import video as videos

    if not videos.is_installed():
        said = "PyAV is not installed: no posters, encodings and previews of videos; stand-ins do not move"
        return Check("video", "warn", said, f"{videos.INSTALL}, where a recipe says video:.")
    try:
        import av
    except ImportError as error:
        return Check("video", "fail", f"PyAV: {clean(error)}", "pip install --force-reinstall av")
    from pipeline.picture.video.encode import CODECS

    encoders = {name for codec in CODECS.values() for name in (codec.video, codec.sound)}
    if lacking := sorted(encoders - av.codecs_available):
        said = f"PyAV {av.__version__} was built without {', '.join(lacking)}"
        return Check("video", "warn", said, "pip install --force-reinstall --only-binary av av")
    return Check("video", "ok", f"PyAV {av.__version__}: posters, encodings and previews of videos")


def writable(root: Path) -> Check:
    """The project's folder takes files. Its ``.pipeline`` is asked where there is one."""
    state = root / ".pipeline"
    folder = state if state.is_dir() else root
    try:
        with tempfile.TemporaryFile(dir=folder):
            return Check("project", "ok", str(root))
    except OSError as error:
        return Check("project", "fail", f"{folder}: {error.strerror}", "Make it writable for this user.")


def settings(root: Path) -> Check:
    """What ``pipeline.yaml`` says can be read, and which provider it names. Raises ``RecipeError``."""
    found = load_settings(root)
    place = FILE if (root / FILE).exists() else f"no {FILE}"
    return Check("settings", "ok", f"{place}, provider {found.provider}")


def disk(free_bytes: int) -> Check:
    """There is room for pictures."""
    said = f"{free_bytes / 1e9:.1f} GB free"
    if free_bytes < _DISK_FAILS_BELOW:
        return Check("disk", "fail", said, "Free some space: originals are kept in .pipeline/store.")
    if free_bytes < _DISK_WARNS_BELOW:
        return Check("disk", "warn", said, "A large run may fill it: an original is 1 to 20 MB.")
    return Check("disk", "ok", said)


def key(context: Context, root: Path) -> Check:
    """An API key is set, and where. Raises ``UsageError`` when a ``.env`` file cannot be read."""
    access = context.environment(root).access(load_settings(root).provider)
    if access.key is None:
        return Check(
            "key",
            "warn",
            "no API key",
            f"Put {access.key_names[0]}=… into .env.local, or use --sandbox, which needs none.",
        )
    return Check("key", "ok", f"{access.masked_key} ({access.key_origin})")


def clock(now_s: float, installed_s: float) -> Check:
    """The machine's clock is not before the installation of this very file (seconds since the epoch)."""
    said = datetime.fromtimestamp(now_s, UTC).strftime("%Y-%m-%d %H:%M UTC")
    if now_s < installed_s:
        return Check("clock", "warn", f"{said} is before this was installed", "Set the machine's clock.")
    return Check("clock", "ok", said)


def weights() -> Check:
    """The weights of the default cut-out model are here and whole."""
    from pipeline.picture.cutout import weights as files

    state = files.state(_DEFAULT_CUTOUT)
    if state == "present":
        return Check("weights", "ok", f"{_DEFAULT_CUTOUT} in {files.path(_DEFAULT_CUTOUT)}")
    return Check(
        "weights", "fail", f"{_DEFAULT_CUTOUT} is {state}", f"pipeline models pull {_DEFAULT_CUTOUT}"
    )


def compiled() -> Check:
    """Numba has compiled what rembg needs; if not, the first picture waits about 40 s for it."""
    spec = importlib.util.find_spec("pymatting")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    if any(next(Path(folder).rglob("*.nbi"), None) for folder in folders):
        return Check("numba", "ok", "compiled code is cached")
    return Check(
        "numba",
        "warn",
        "nothing compiled yet",
        "python -m pipeline.picture.cutout.warm (about 40 s, once); the check below does it, too.",
    )


def removal() -> Check:
    """Rembg imports, in a process of its own because it may end the one it is imported into."""
    began = time.monotonic()
    try:
        done = subprocess.run(
            [sys.executable, "-c", "import rembg"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_IMPORT_WITHIN_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Check(
            "rembg",
            "fail",
            f"no answer within {_IMPORT_WITHIN_S:.0f} s",
            'python -c "import rembg" shows how far it comes.',
        )
    if done.returncode == 0:
        return _imported(time.monotonic() - began)
    last = (done.stderr or done.stdout).strip().splitlines()[-1:]
    return Check("rembg", "fail", clean(" ".join(last)), 'pip install --force-reinstall "rembg[cpu]"')


def _imported(took_s: float) -> Check:
    said = f"imports in {took_s:.1f} s"
    if took_s < _IMPORT_IS_SLOW_S:
        return Check("rembg", "ok", said)
    return Check(
        "rembg",
        "warn",
        f"{said}: it compiled, or the disk is slow",
        "Run doctor again: if it stays slow, compiled code is not kept. See NUMBA_CACHE_DIR.",
    )


def _reach(context: Context, root: Path) -> Iterator[Check]:
    from pipeline.cli.connection import base_urls

    try:
        api, upload = base_urls(context, root)
    except PipelineError as error:
        yield Check("service", "fail", error.message, error.hint)
        return
    yield reach("api", api)
    yield reach("uploads", upload)
    if context.environment(root).access(load_settings(root).provider).key is not None:
        yield _account(context, root)


def _account(context: Context, root: Path) -> Check:
    from pipeline.cli.connection import connection_of

    try:
        return account(connection_of(context, root))
    except PlanRefused as error:  # a file would lead the key astray
        return Check("account", "fail", error.message, error.hint)


def account(connection: Connection) -> Check:
    """What the key's account has left; fails when the service does not take the key."""
    from pipeline.cli.credits import ask

    try:
        balance = ask(connection)
    except AuthenticationFailed as error:
        return Check("account", "fail", error.message, f"Check {connection.key_origin}. {error.hint}")
    except PipelineError as error:
        return Check("account", "fail", error.message, error.hint)
    if balance is None:
        return Check("account", "ok", f"the key of {connection.key_origin} is good; its balance is not told")
    said = f"the key of {connection.key_origin} is good: {credits_of(balance)} left"
    if balance > 0:
        return Check("account", "ok", said)
    return Check("account", "warn", said, "Buy credits at https://kie.ai.")


def reach(name: str, url: str) -> Check:
    """Whether ``url`` answers at all, whatever it says, and whether its clock agrees with ours."""
    import httpx

    try:
        answer = httpx.get(url, timeout=_ANSWER_WITHIN_S)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return Check(
            name, "fail", f"{url}: {clean(error) or type(error).__name__}", "Check network and proxy."
        )
    drift_s = _drift(answer.headers.get("date", ""), time.time())
    if abs(drift_s) > _CLOCK_MAY_BE_OFF_S:
        return Check(name, "warn", f"{url} is {drift_s:+.0f} s from this clock", "Set the machine's clock.")
    return Check(name, "ok", f"{url} answers")


def _drift(date: str, now_s: float) -> float:
    try:
        return parsedate_to_datetime(date).timestamp() - now_s
    except (TypeError, ValueError):
        return 0.0


def _guarded(name: str, look: Callable[[], Check]) -> Check:
    try:
        return look()
    except PipelineError as error:
        return Check(name, "fail", error.message, error.hint)
