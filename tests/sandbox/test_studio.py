from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from pipeline.sandbox import studio
from pipeline.sandbox.studio import Job, produce

PROMPT = "A coin in #EC4899 on a white background"


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def reference() -> bytes:
    return studio.stand_in_file("a reference")


def test_files_have_the_asked_format_and_size():
    png = opened(produce(Job("nano-banana-pro", {"prompt": PROMPT})))
    assert (png.format, png.size) == ("PNG", (1024, 1024))
    jpeg = opened(produce(Job("google/nano-banana", {"prompt": PROMPT, "output_format": "jpeg"})))
    assert jpeg.format == "JPEG"


def test_equal_jobs_give_equal_bytes_and_seeds_and_variants_others():
    def bytes_of(index=0, **inputs):
        return produce(Job("qwen/text-to-image", {"prompt": PROMPT, "image_size": "square"} | inputs, index))

    assert bytes_of() == bytes_of()
    assert len({bytes_of(), bytes_of(seed=1), bytes_of(seed=2), bytes_of(index=1)}) == 4


@pytest.mark.parametrize(
    ("model", "inputs", "size"),
    [
        ("recraft/remove-background", {}, (512, 512)),
        ("recraft/crisp-upscale", {}, (1024, 1024)),
        ("topaz/image-upscale", {"upscale_factor": "2"}, (1024, 1024)),
        ("ideogram/v3-reframe", {"image_size": "landscape_16_9"}, (1360, 768)),
    ],
)
def test_models_without_a_prompt_work_on_their_picture(model, inputs, size):
    assert opened(produce(Job(model, inputs, references=(reference(),)))).size == size


def test_a_removed_background_is_transparent():
    cut = opened(produce(Job("recraft/remove-background", {}, references=(reference(),))))
    assert cut.mode == "RGBA"
    assert cut.getpixel((0, 0))[3] == 0
    assert np.asarray(cut)[..., 3].max() == 255


def test_references_elsewhere_and_broken_ones_are_stood_in_for():
    inputs = {"prompt": "An app icon", "aspect_ratio": "auto"}
    for source in ("https://example.com/a.png", b"not a picture"):
        picture = opened(produce(Job("nano-banana-pro", inputs, references=(source,))))
        assert picture.size == (1024, 1024)


def test_an_unlisted_model_is_our_own_mistake():
    with pytest.raises(LookupError, match="nothing/like-this"):
        studio.known("nothing/like-this")


async def test_painted_results_come_from_the_server_too(start):
    service = start(picture="painted")
    answer = await service.http.post(
        "/api/file-stream-upload", files={"file": reference()}, data={"uploadPath": "r", "fileName": "r.png"}
    )
    uploaded = answer.json()["data"]["downloadUrl"]
    first = await service.create("qwen/text-to-image", image_size="square")
    [url] = await service.results(first)
    second = await service.create(image_input=[uploaded, url, "https://example.com/x.png"])
    [combined] = await service.results(second)
    one, two = await service.http.get(combined), await service.http.get(combined)
    assert one.content == two.content
    assert opened(one.content).size == (1024, 1024)
    async with service.app.router.lifespan_context(service.app):
        pass


async def test_a_full_memory_forgets_the_oldest_and_paints_again(start, monkeypatch):
    monkeypatch.setattr("pipeline.sandbox.results.CACHE_BYTES", 1)
    service = start(picture="painted")
    urls = []
    for seed in (1, 2):
        task_id = await service.create("qwen/text-to-image", image_size="square", seed=seed)
        urls += await service.results(task_id)
    first = (await service.http.get(urls[0])).content
    assert (await service.http.get(urls[1])).content != first
    assert (await service.http.get(urls[0])).content == first
