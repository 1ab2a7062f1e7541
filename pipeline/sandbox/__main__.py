"""``python -m pipeline.sandbox``: options as a line of JSON on stdin, the base URL as a line on stdout."""

from __future__ import annotations

import os
import sys

from pipeline.sandbox.options import SandboxOptions
from pipeline.sandbox.server import serve


def main() -> None:
    """Serve until standard input closes."""
    options = SandboxOptions.from_json(_first_line())
    serve(options, announce=_announce, until_stdin_closes=True)


def _first_line() -> str:
    """One line, unbuffered: the server watches the same descriptor for its end."""
    line = bytearray()
    while (byte := os.read(0, 1)) not in (b"", b"\n"):
        line += byte
    return line.decode()


def _announce(url: str) -> None:
    sys.stdout.write(f"{url}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
