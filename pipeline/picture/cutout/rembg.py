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
from pipeline.picture.cutout.method import Found
from pipeline.picture.cutout.models import find
from pipeline.picture.encode import flatten
from pipeline.recipe.spec import Cutout

if TYPE_CHECKING:
    from pipeline.picture.cutout.method import Pixels

_RGBA = 4  # channels
OPAQUE = 255
HAZE = 10  # of 255: fainter than anybody draws, left by the network around a subject
FLAT_BORDER = 6.0  # mean distance of border pixels from their median, of 255: noise and JPEG stay below
HALF_BELIEVED = 0.6  # share of alpha
SAME_AS_BACKDROP = 10.0  # largest distance in any channel, of 255: noise and JPEG stay below
LEAST_SHARE = 0.25  # below it the division would amplify noise more than it finds colour
LARGE = 1024  # px of the longer side: no network of rembg looks at more
JUDGED = 256  # px of the longer side: enough to compare shapes
HALF = 128  # of 255
HAZY = (25, 230)  # of 255: between them the network has not made up its mind
TRUST, BLIND_TRUST = 0.9, 0.7  # in a network on a flat backdrop, and where nothing can be held against it

_sessions: dict[tuple[str, int], Any] = {}
_making = threading.Lock()


def remove(pixels: Pixels, settings: Cutout, *, on_black: Pixels | None = None, threads: int = 0) -> Found:
    """The subject of ``pixels`` as rembg's network sees it; see ``pipeline.picture.cutout.method.Method``.

    A picture that already has alpha is seen on white, and keeps no more alpha than it had.
    Raises ``ProcessError`` for missing weights, an unknown model, or a network that fails.
    """
    del on_black
    opaque = _opaque(pixels)
    if settings.alpha_matting or settings.decontaminate:
        cut = _run(opaque, settings, threads)
        cut[cut[..., 3] < HAZE, 3] = 0
    else:
        # rembg itself stores colour times alpha, a dark fringe on any light ground: only its mask is taken.
        cut = _unmix(opaque, mask(opaque, settings, threads))
    sure = confidence(opaque, cut[..., 3])
    return Found(_keep_alpha(cut, pixels), f"rembg:{settings.model}", sure)


def mask(pixels: Pixels, settings: Cutout, threads: int = 0) -> Pixels:
    """What the network takes for the subject of an H×W×3 uint8 sRGB picture: H×W uint8, haze taken out.

    The network itself looks at 320 to 1024 px: a larger picture is handed over at about ``LARGE``.
    Raises ``ProcessError`` as ``remove`` does.
    """
    import numpy as np
    from PIL import Image

    height, width = pixels.shape[:2]
    step = max(1, max(height, width) // LARGE)
    seen = np.asarray(Image.fromarray(pixels).reduce(step)) if step > 1 else pixels
    found = _run(seen, settings, threads, only_mask=True)
    found[found < HAZE] = 0
    if step == 1:
        return found
    whole = (0, 0, width / step, height / step)  # the last block may be a part of one
    return np.asarray(Image.fromarray(found).resize((width, height), Image.Resampling.BILINEAR, whole))


def confidence(pixels: Pixels, alpha: Pixels) -> float:
    """How likely a network's alpha (H×W uint8) is right about ``pixels`` (H×W×3 uint8 sRGB), 0..1.

    A network that wavers says so by a hazy mask. On a flat backdrop it is also held against what differs from
    it: what it lost, and what it made up. On icons of known alpha (four backdrops) the sum of the three has
    a rank correlation of 0.86 with the true error.
    """
    import numpy as np

    from pipeline.picture.cutout.border import look
    from pipeline.picture.cutout.planes import reduced

    step = max(1, max(alpha.shape) // JUDGED)
    small, shape = reduced(pixels, step).astype(np.float32), reduced(alpha, step)
    ours = shape >= HALF
    area = max(1, int(ours.sum()))
    hazy = float(((shape > HAZY[0]) & (shape < HAZY[1])).sum()) / area
    backdrop = look(pixels).surface
    if backdrop is None:
        return BLIND_TRUST * float(np.exp(-hazy))
    apart = np.abs(small - backdrop.over(*shape.shape)).max(axis=-1)
    theirs = apart > max(SAME_AS_BACKDROP, 4 * backdrop.noise)
    disagreed = float((ours ^ theirs).sum()) / max(1, int((ours | theirs).sum()))
    return TRUST * float(np.exp(-hazy - disagreed))


def _run(opaque: Pixels, settings: Cutout, threads: int, *, only_mask: bool = False) -> Pixels:
    """What rembg makes of an H×W×3 picture: H×W×4, or H×W of its mask alone."""
    import numpy as np

    made = session(settings.model, threads)
    try:
        with np.errstate(all="ignore"):  # a picture of one colour divides by zero inside rembg
            found = library().remove(
                opaque,
                session=made,
                only_mask=only_mask,
                alpha_matting=settings.alpha_matting,
                decontaminate=settings.decontaminate,
            )
    except Exception as error:  # whatever onnxruntime, scipy or numba may raise
        raise ProcessError(f"rembg failed on the picture: {clean(error)}") from error
    return np.array(found, dtype=np.uint8)


def _unmix(opaque: Pixels, alpha: Pixels) -> Pixels:
    """The subject's own colour at soft pixels: what remains when the backdrop's share is taken out.

    ``C = alpha * F + (1 - alpha) * B`` solved for F, with B the median colour of the border. What the network
    half believes in and looks just like the backdrop is backdrop. Where the border is not flat, the picture's
    own colour is the better guess. H×W×3 and H×W → H×W×4 uint8 sRGB.
    """
    import numpy as np

    border = np.concatenate([opaque[0], opaque[-1], opaque[:, 0], opaque[:, -1]]).astype(np.float32)
    backdrop = np.median(border, axis=0)
    if np.abs(border - backdrop).mean() > FLAT_BORDER:
        return np.dstack([opaque, alpha])
    colors, alpha = opaque.copy(), alpha.copy()
    soft = (alpha > 0) & (alpha < OPAQUE)
    apart = opaque[soft].astype(np.float32) - backdrop
    share = alpha[soft].astype(np.float32) / OPAQUE
    own = backdrop + apart / np.maximum(share, LEAST_SHARE)[:, None]
    colors[soft] = np.clip(own, 0, OPAQUE).round().astype(np.uint8)
    empty = (share < HALF_BELIEVED) & (np.abs(apart).max(axis=1) < SAME_AS_BACKDROP)
    alpha[soft] = np.where(empty, 0, alpha[soft])
    return np.dstack([colors, alpha])


def is_ready(model: str, threads: int = 0) -> bool:
    """Whether the network can be asked: its weights are here, whole, and can be loaded.

    Raises ``ProcessError`` when there is no such model.
    """
    find(model)
    try:
        session(model, threads)
    except ProcessError:
        return False
    return True


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
