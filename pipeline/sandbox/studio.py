"""From a request to the bytes of its result; runs in a painter's thread."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipeline.recipe.catalogue import SAME, Catalogue, Model, load
from pipeline.sandbox import canvas, edits, motion
from pipeline.sandbox.brief import seed_of

if TYPE_CHECKING:
    from PIL.Image import Image

STAND_IN_PX = 512  # side of the picture painted for a URL the sandbox does not fetch


@dataclass(frozen=True, slots=True)
class Job:
    """One picture to make. A reference is a file's bytes, or a URL elsewhere, which is never fetched.

    ``original`` is the job that made the first reference, where an edit is of a picture made here.
    """

    model: str
    inputs: Mapping[str, Any]
    index: int = 0
    references: tuple[bytes | str, ...] = ()
    original: Job | None = None
    catalogue: Catalogue = field(default_factory=load, repr=False, compare=False)

    @property
    def new_backdrop(self) -> str:
        """The colour ("#RRGGBB") an edit wants behind the subject of its reference; "" for any other job."""
        pictures = canvas.pictures(known(self.model, self.catalogue), self.inputs)
        return edits.new_backdrop(str(self.inputs.get("prompt") or "")) if pictures else ""

    @property
    def scene(self) -> Job:
        """The job whose words say what is seen: this one, or the one whose backdrop it changes."""
        return self.original.scene if self.original else self


def known(model_id: str, catalogue: Catalogue | None = None) -> Model:
    """The catalogue's entry of a model that was accepted. Raises ``LookupError``."""
    model = (catalogue or load()).get(model_id)
    if model is None:
        raise LookupError(f"{model_id} is not in the catalogue")
    return model


def prepare() -> None:
    """Import what painting needs, which takes longer than a small picture."""
    import pipeline.sandbox.painter  # noqa: F401 - for its effect


def produce(job: Job) -> bytes:
    """The finished file: PNG, JPEG or WebP as the request says, or MP4; equal jobs give equal bytes."""
    model = known(job.model, job.catalogue)
    references = [_open(source) for source in job.references]
    if model.kind == "video":
        return motion.film(model, job.inputs, references[0], seed_of(_prompt(job)))
    if colour := job.new_backdrop:
        picture = _other_backdrop(job, references, colour)
    else:
        picture = _retouch(model, job, references) or _paint(model, job, references)
    if canvas.is_transparent(model, job.inputs):
        from pipeline.sandbox import retouch

        picture = retouch.subject(picture, "drop")
    return encode(picture, canvas.picture_format(model, job.inputs))


def stand_in(url: str) -> Image:
    """The picture shown for a URL the sandbox does not fetch."""
    from pipeline.sandbox.painter import paint

    return paint(f"{url} on a white background", STAND_IN_PX, STAND_IN_PX)


def stand_in_file(url: str) -> bytes:
    """The stand-in as a PNG file."""
    return encode(stand_in(url), "png")


def encode(picture: Image, kind: str) -> bytes:
    """PNG at a quick level, lossless WebP, or JPEG at quality 92 without chroma subsampling."""
    buffer = io.BytesIO()
    if kind == "png":
        picture.save(buffer, "PNG", compress_level=1)
    elif kind == "webp":
        picture.save(buffer, "WEBP", lossless=True, method=0)
    else:
        picture.convert("RGB").save(buffer, "JPEG", quality=92, subsampling=0)
    return buffer.getvalue()


def _paint(model: Model, job: Job, references: list[Image]) -> Image:
    from pipeline.sandbox.painter import paint

    width, height = canvas.frame(model, job.inputs, references[0].size if references else None)
    return paint(_prompt(job), width, height, references)


def _other_backdrop(job: Job, references: list[Image], colour: str) -> Image:
    """The same subject on another backdrop: our own painted once more, any other cut out."""
    size = canvas.frame(known(job.model, job.catalogue), job.inputs, references[0].size)
    seed = seed_of(f"{_prompt(job)} {_prompt(job.scene)}")
    scene = job.scene
    if scene.new_backdrop or not scene.inputs.get("prompt"):  # a picture from elsewhere in the end
        return edits.rebacked(references[0], colour, size, seed)
    from pipeline.sandbox.painter import Take, paint

    things = [_open(source) for source in scene.references]
    return paint(_prompt(scene), *size, things, Take(colour, seed))


def _prompt(job: Job) -> str:
    """What the picture depends on besides its size: the words, the seed where one is sent, the variant."""
    words = str(job.inputs.get("prompt") or job.model)
    seed = job.inputs.get("seed")
    return (
        words
        + (f"\nseed {seed}" if seed is not None else "")
        + (f"\nvariant {job.index}" if job.index else "")
    )


def _retouch(model: Model, job: Job, references: list[Image]) -> Image | None:
    """The models that work on one picture without a prompt."""
    from pipeline.sandbox import retouch

    if not references:
        return None
    if job.model == "recraft/remove-background":
        return retouch.without_backdrop(references[0])
    if job.model == "recraft/crisp-upscale":
        return retouch.enlarged(references[0], 2)
    if job.model == "ideogram/v3-reframe":
        return retouch.reframed(references[0], *canvas.frame(model, job.inputs), job.index)
    if model.size not in ("", SAME):
        return retouch.enlarged(references[0], float(model.complete(job.inputs)[model.size]))
    return None


def _open(source: bytes | str) -> Image:
    from PIL import Image as PillowImage

    if isinstance(source, str):
        return stand_in(source)
    try:
        with PillowImage.open(io.BytesIO(source)) as picture:
            return picture.convert("RGBA")
    except (OSError, ValueError, PillowImage.DecompressionBombError):
        return stand_in("an unreadable picture")
