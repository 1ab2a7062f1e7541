"""Pay rembg's start-up before somebody waits for it.

``python -m pipeline.picture.cutout.warm`` belongs after an installation: the first import compiles for
about 40 s and leaves a cache beside the package.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from pipeline.errors import ProcessError
from pipeline.picture.cutout.rembg import library, session


def warm(models: Iterable[str] = (), *, threads: int = 0) -> None:
    """Make the sessions of ``models``, which imports rembg; ``threads`` as for ``rembg.session``.

    What is missing is left for the first picture to report: warming never raises ``ProcessError``.
    """
    with suppress(ProcessError):
        for model in models:
            session(model, threads)


if __name__ == "__main__":
    library()
