"""One command line run in this process, and what every ending of it must look like."""

from __future__ import annotations

import contextlib
import io
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import stamina
from fuzz.campaign import promise

from pipeline.cli.main import run
from pipeline.errors import EXIT_BUG

KEY = "kie-0123456789abcdef-the-secret"
NOWHERE = "http://127.0.0.1:9"  # the discard port: nothing listens, so every question is refused at once
ENVIRON = {"KIE_API_BASE_URL": NOWHERE, "KIE_UPLOAD_BASE_URL": NOWHERE, "NO_COLOR": "1"}
CODES = (0, 1, 2, 4)
SHOWN = "\n\t"  # control characters that may reach a terminal


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command line ended."""

    code: int
    out: str
    err: str


def invoke(arguments: Sequence[str], environ: Mapping[str, str] = ENVIRON) -> Ended:
    """Run it with streams like a pipe's, and check what holds however it ended."""
    out, err = _pipe(), _pipe()
    with stamina.set_testing(True, attempts=1), contextlib.redirect_stdout(out):  # click's help goes there
        code = run(list(arguments), environ=environ, stdout=out, stderr=err)
    ended = Ended(code, _text(out), _text(err))
    check(ended, arguments)
    return ended


def check(ended: Ended, arguments: Sequence[str]) -> None:
    both = ended.out + ended.err
    promise("Traceback" not in both, "no traceback reaches the user", both)
    bug = f": {where(ended.err)}" if ended.code == EXIT_BUG else ""
    promise(ended.code in CODES, f"no command ends in a bug{bug}", f"{ended.code}: {ended.err[-300:]}")
    promise(not any(part in both for part in (KEY[:14], KEY[-14:])), "the key is never shown", arguments)
    for argument in arguments:  # what people typed themselves they may see again
        for spelled in {argument, str(Path(argument))} - {"", "."}:
            both = both.replace(spelled, "")
    odd = {char for char in both if unicodedata.category(char) in ("Cc", "Cf") and char not in SHOWN}
    promise(not odd, "nothing that steers a terminal is written", f"{odd!a} in {both!a:.200}")
    if "--json" in arguments and ended.code == 0 and ended.out and "--help" not in arguments:
        json.loads(ended.out)


def where(told: str) -> str:
    """The place of a bug, from the report the command has left."""
    found = re.search(r"without secrets, is in (.*)$", told, re.MULTILINE)
    text = Path(found[1]).read_text(encoding="utf-8") if found else ""
    frames = re.findall(r'File ".*/pipeline/(?!cli/handler)(.*)", line \d+, in (\w+)', text)
    kind = re.findall(r"^([A-Za-z_.]+)(?::|$)", text, re.MULTILINE)
    return f"{kind[-1] if kind else 'error'} in {', '.join(frames[-1]) if frames else 'nowhere'}"


def _pipe() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="replace")


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    return stream.buffer.getvalue().decode()  # type: ignore[attr-defined]
