"""Background removal by a local network, through rembg's public interface.

rembg is imported when the first picture is due: it costs more than a second, and it leaves the process
by itself when onnxruntime is missing. Its session is made once per process and model. The model is
always named and the session always handed over, because rembg's own default is another model under
another licence; and weights are looked for first, because rembg would download them in silence.
"""

from __future__ import annotations

import contextlib
import io
import threading
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

from pipeline.errors import ProcessError, clean
from pipeline.picture.cutout import weights
from pipeline.picture.encode import flatten
from pipeline.recipe.spec import Cutout

if TYPE_CHECKING:
    from pipeline.picture.cutout import Pixels

_RGBA = 4  # channels

_sessions: dict[tuple[str, int], Any] = {}
_making = threading.Lock()


def remove(pixels: Pixels, settings: Cutout, *, threads: int = 0) -> Pixels:
    """The subject of ``pixels`` as rembg's network sees it; see ``pipeline.picture.cutout.Method``.

    A picture that already has alpha is seen on white, and keeps no more alpha than it had.
    Raises ``ProcessError`` for missing weights, an unknown model, or a network that fails.
    """
    import numpy as np

    made = session(settings.model, threads)
    try:
        with np.errstate(all="ignore"):  # a picture of one colour divides by zero inside rembg
            found = library().remove(
                _opaque(pixels),
                session=made,
                alpha_matting=settings.alpha_matting,
                decontaminate=settings.decontaminate,
            )
    except Exception as error:  # whatever onnxruntime, scipy or numba may raise
        raise ProcessError(f"rembg failed on the picture: {clean(error)}") from error
    return _keep_alpha(np.array(found, dtype=np.uint8), pixels)


def session(model: str, threads: int = 0) -> Any:
    """The session of rembg for ``model``: made once per process, then shared by all threads.

    ``threads`` bounds one inference; 0 leaves it to onnxruntime. Raises ``ProcessError`` when the
    model is unknown, its weights are missing or damaged, or onnxruntime cannot load them.
    """
    with _making:
        key = (model, threads)
        if key not in _sessions:
            weights.require(model)
            _sessions[key] = _new_session(model, threads)
        return _sessions[key]


@cache
def library() -> ModuleType:
    """The rembg package, imported. Raises ``ProcessError`` where it cannot be."""
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said):
            import rembg
    except (ImportError, SystemExit) as error:
        raise ProcessError(
            f"rembg cannot be loaded: {clean(said.getvalue() or error)}",
            hint='Install it with a backend: pip install "rembg[cpu]".',
        ) from error
    return cast("ModuleType", rembg)


def _new_session(model: str, threads: int) -> Any:
    rembg = library()
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1  # these networks have no branches worth a second pool
    try:
        return rembg.new_session(model, sess_opts=options)
    except Exception as error:  # onnxruntime has a dozen exception types without a common base
        raise ProcessError(
            f"The cut-out model {model} cannot be loaded: {clean(error)}",
            hint=f"Fetch it again: pipeline models pull {model}",
        ) from error


def _opaque(pixels: Pixels) -> Pixels:
    """H×W×3: the picture on white."""
    import numpy as np
    from PIL import Image

    return np.asarray(flatten(Image.fromarray(pixels)))


def _keep_alpha(found: Pixels, pixels: Pixels) -> Pixels:
    if pixels.shape[2] == _RGBA:
        found[..., 3] = found[..., 3].astype("uint16") * pixels[..., 3] // 255
    return found
