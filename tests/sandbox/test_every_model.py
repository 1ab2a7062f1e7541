"""Every model kie.ai offers, asked over real HTTP for the least it needs, and for what it refuses."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from PIL import Image

from pipeline import media
from pipeline.recipe.catalogue import Model, Parameter, load

MODELS = [model for name in load().ids() if (model := load().get(name)) and model.provider == "kie"]
SIZE = (600, 400)  # of the picture that is handed in, px
NEEDED: dict[str, Any] = {"url": "https://example.org/mask.png", "urls": ["https://example.org/a.png"]}
NEEDED |= {"boolean": False, "integer": 1, "number": 1.0}
WIDE = (1360, 768)  # 16:9 with the area of 1024²
LIKE = (1248, 832)  # the ratio of the picture that is handed in, with that area
SIZES = {  # of what comes back for the least; else the square of 1K
    "seedream/4.5-text-to-image": (2048, 2048),
    "seedream/4.5-edit": (2048, 2048),
    "seedream/5-lite-text-to-image": (2048, 2048),
    "seedream/5-lite-image-to-image": (2048, 2048),
    "gpt-image-2-image-to-image": LIKE,
    "ideogram/v3-edit": LIKE,
    "ideogram/v3-remix": LIKE,
    "ideogram/character-edit": LIKE,
    "ideogram/v3-reframe": (512, 512),
    "qwen/image-edit": (1184, 880),  # landscape_4_3
    "qwen/image-to-image": SIZE,
    "qwen2/text-to-image": WIDE,
    "qwen2/image-edit": WIDE,
    "qwen3/text-to-image": WIDE,
    "qwen3/image-to-image": WIDE,
    "qwen3/pro-text-to-image": WIDE,
    "qwen3/pro-image-to-image": WIDE,
    "recraft/remove-background": SIZE,
    "recraft/crisp-upscale": (1200, 800),
    "topaz/image-upscale": SIZE,
}
FORMATS = {"nano-banana-2": "JPEG"}


def picture(size: tuple[int, int] = SIZE, kind: str = "PNG") -> bytes:
    canvas_ = Image.new("RGB", size, "white")
    canvas_.paste("#EC4899", (size[0] // 4, size[1] // 4, size[0] // 2, size[1] // 2))
    stream = io.BytesIO()
    canvas_.save(stream, kind)
    return stream.getvalue()


def least(model: Model, url: str) -> dict[str, Any]:
    """A value for every input the model cannot do without."""
    needed = {
        one.name: one.values[0] if one.values else NEEDED.get(one.type, "A coin on a white background")
        for one in model.inputs.values()
        if one.required
    }
    if model.picture and model.picture.minimum:
        needed[model.picture.name] = [url] if model.picture.list else url
    return needed


async def uploaded(service, data: bytes) -> str:
    answer = await service.http.post(
        "/api/file-stream-upload", files={"file": data}, data={"uploadPath": "in", "fileName": "in.png"}
    )
    return str(answer.json()["data"]["downloadUrl"])


async def submit(service, model: str, inputs: dict[str, Any]) -> Any:
    return await service.post("/api/v1/jobs/createTask", {"model": model, "input": inputs})


async def files(service, model: str, inputs: dict[str, Any]) -> list[bytes]:
    """The results of a task that succeeds."""
    answer = await submit(service, model, inputs)
    assert answer["code"] == 200, answer
    urls = await service.results(answer["data"]["taskId"])
    return [(await service.http.get(url)).content for url in urls]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
class TestTheLeast:
    async def test_gives_one_result_of_its_kind_and_size_for_its_price(self, serve, model):
        service = await serve(picture="painted", credits=1_000)
        inputs = least(model, await uploaded(service, picture()))
        if "480p" in (model.inputs.get("resolution") or Parameter("")).values:
            inputs["resolution"] = "480p"  # quicker to film
        [data] = await files(service, model.id, inputs)
        if model.kind == "video":
            assert media.sniff(data[: media.HEAD_BYTES]) == "mp4"
        else:
            made = Image.open(io.BytesIO(data))
            assert made.size == SIZES.get(model.id, (1024, 1024))
            assert made.format == FORMATS.get(model.id, "PNG")
        pictures = [SIZE] if model.picture and model.picture.minimum else []
        assert await service.balance() == pytest.approx(1_000 - model.price(inputs, pictures))

    async def test_without_one_of_them_is_refused_by_name(self, serve, model):
        service = await serve()
        inputs = least(model, "https://example.org/a.png")
        for name in inputs:
            answer = await submit(service, model.id, {key: inputs[key] for key in inputs if key != name})
            assert (answer["code"], answer["msg"], answer["data"]) == (500, f"{name} is required", None)
            service.clock.now += 60
        assert (await service.ledger())["creates"] == []

    async def test_with_a_value_it_does_not_take_is_refused(self, serve, model):
        service = await serve()
        inputs = least(model, "https://example.org/a.png")
        wrong = {
            one.name: "unheard of" for one in model.inputs.values() if one.values or one.type == "boolean"
        }
        for name, value in wrong.items():
            answer = await submit(service, model.id, {**inputs, name: value})
            assert answer["code"] == 422
            assert answer["msg"].startswith(f"{name} ")
            assert answer["data"] is None
            service.clock.now += 60
        assert await service.balance() == 10_000


@pytest.mark.parametrize(
    "model", [m for m in MODELS if m.picture and m.picture.list], ids=lambda model: model.id
)
async def test_one_picture_too_many_is_refused(serve, model):
    service = await serve()
    urls = ["https://example.org/a.png"] * (model.picture.maximum + 1)
    answer = await submit(service, model.id, {**least(model, urls[0]), model.picture.name: urls})
    assert answer["code"] == 422
    assert answer["msg"] == (
        f"{model.picture.name} must be at most {model.picture.maximum} pictures, not {len(urls)}"
    )


@pytest.mark.parametrize(("factor", "size"), [("1", (600, 400)), ("2", (1200, 800)), ("4", (2400, 1600))])
async def test_an_enlarged_picture_is_so_many_times_as_large(serve, factor, size):
    service = await serve(picture="painted")
    url = await uploaded(service, picture())
    [data] = await files(service, "topaz/image-upscale", {"image_url": url, "upscale_factor": factor})
    assert Image.open(io.BytesIO(data)).size == size


async def test_a_removed_background_is_transparent(serve):
    service = await serve(picture="painted")
    [data] = await files(service, "recraft/remove-background", {"image": await uploaded(service, picture())})
    cut = Image.open(io.BytesIO(data))
    assert (cut.mode, cut.size) == ("RGBA", SIZE)
    assert cut.getpixel((0, 0))[3] == 0
    assert cut.getpixel((200, 150))[3] == 255


@pytest.mark.parametrize(
    ("model", "number"),
    [
        ("bytedance/seedream-v4-text-to-image", {"max_images": 3}),
        ("bytedance/seedream-v4-edit", {"max_images": 3}),
        ("qwen/image-edit", {"num_images": "3"}),
        ("ideogram/v3-remix", {"num_images": "3"}),
        ("ideogram/v3-reframe", {"num_images": "3", "image_size": "square"}),
        ("ideogram/character", {"num_images": "3"}),
        ("ideogram/character-edit", {"num_images": "3"}),
        ("ideogram/character-remix", {"num_images": "3"}),
    ],
)
async def test_several_pictures_come_from_one_task_and_differ(serve, model, number):
    service = await serve(picture="painted")
    entry = load().get(model)
    inputs = {**least(entry, await uploaded(service, picture())), "image_size": "square", **number}
    made = await files(service, model, inputs)
    assert len(made) == 3
    assert len(set(made)) == 3
    assert len((await service.ledger())["creates"]) == 1


@pytest.mark.parametrize(
    ("model", "inputs", "message"),
    [
        (
            "gpt-image-2-text-to-image",
            {"resolution": "2K"},
            'resolution "2K" does not go with aspect_ratio "auto"',
        ),
        (
            "gpt-image-2-text-to-image",
            {"aspect_ratio": "1:1", "resolution": "4K"},
            'resolution "4K" does not go with aspect_ratio "1:1"',
        ),
        ("bytedance/seedream-v4-text-to-image", {"max_images": 7}, "max_images must be at most 6, not 7"),
        ("bytedance/seedream-v4-text-to-image", {"image_size": "1:1"}, 'image_size does not take "1:1"'),
        ("qwen/text-to-image", {"num_inference_steps": 1}, "num_inference_steps must be at least 2, not 1"),
        ("z-image", {"prompt": "x" * 1_001}, "prompt must be at most 1000 characters, not 1001"),
        ("qwen3/text-to-image", {"seed": -1}, "seed must be at least 0, not -1"),
    ],
)  # fmt: skip
async def test_what_breaks_a_condition_or_a_bound_is_refused(serve, model, inputs, message):
    service = await serve()
    answer = await submit(service, model, {**least(load().get(model), ""), **inputs})
    assert (answer["code"], answer["msg"], answer["data"]) == (422, message, None)


@pytest.mark.parametrize(
    ("model", "data", "message"),
    [
        ("recraft/remove-background", picture((255, 300)), "each side must be at least 256 px, not 255"),
        ("recraft/remove-background", picture((4097, 300)), "each side must be at most 4096 px, not 4097"),
        ("recraft/remove-background", picture((4096, 4000)), "the picture must have at most 16 megapixels"),
        ("recraft/remove-background", picture(kind="GIF"), "the type gif is not supported"),
        ("recraft/remove-background", picture() + bytes(5_000_000), "the file must be at most 5 MB"),
        ("kling/v2-5-turbo-image-to-video-pro", picture(kind="WEBP"), "the type webp is not supported"),
    ],
)
async def test_a_picture_the_model_cannot_use_ends_the_task_and_costs_nothing(serve, model, data, message):
    service = await serve()
    entry = load().get(model)
    answer = await submit(service, model, least(entry, await uploaded(service, data)))
    assert answer["code"] == 200
    service.clock.now += 60
    record = (await service.record(answer["data"]["taskId"]))["data"]
    assert (record["state"], record["failCode"]) == ("fail", "422")
    assert record["failMsg"] == f"{entry.picture.name}: {message}"
    assert await service.balance() == 10_000


async def test_a_project_s_own_model_is_a_model_like_any_other(serve):
    own = {
        "own/painter": {
            "inputs": {"prompt*": {}, "aspect_ratio*": "1:1 16:9"},
            "price": {"flat": "3"},
        },
        "own/larger": {
            "inputs": {"times*": "2 3"},
            "picture": {"field": "photo", "list": "false", "min": "1", "max": "1"},
            "size": "times",
            "price": {"by": "result", "1000": "1", "2000": "5"},
        },
    }
    service = await serve(picture="painted", models=own)
    [data] = await files(service, "own/painter", {"prompt": "A coin", "aspect_ratio": "16:9"})
    assert Image.open(io.BytesIO(data)).size == (1360, 768)
    photo = await uploaded(service, picture())
    [data] = await files(service, "own/larger", {"photo": photo, "times": "3"})
    assert Image.open(io.BytesIO(data)).size == (1800, 1200)
    assert await service.balance() == 10_000 - 3 - 5
    refused = await submit(service, "own/painter", {"prompt": "A coin"})
    assert refused["msg"] == "aspect_ratio is required"


async def test_a_task_of_a_model_that_is_gone_is_not_known(start, tmp_path):
    own = {"own/painter": {"inputs": {"prompt*": {}}}}
    before = start(models=own, state=tmp_path / "state.db")
    task_id = await before.create("own/painter")
    after = start(state=tmp_path / "state.db")
    assert (await after.record(task_id))["code"] == 422
    again = start(models=own, state=tmp_path / "state.db")
    assert (await again.record(task_id))["data"]["state"] == "waiting"


async def test_what_is_enlarged_is_priced_by_the_picture_it_works_on(serve):
    service = await serve(picture="painted")
    small = await service.create("qwen/text-to-image", image_size="square")
    [url] = await service.results(small)
    before = await service.balance()
    await submit(service, "topaz/image-upscale", {"image_url": url, "upscale_factor": "4"})
    assert before - await service.balance() == 10
    await submit(
        service, "topaz/image-upscale", {"image_url": "https://example.org/a.png", "upscale_factor": "8"}
    )
    assert before - await service.balance() == 30  # a stand-in of 512 px


@pytest.mark.parametrize(
    ("size", "factor", "credits"),
    [((1024, 10), "2", 10), ((4096, 10), "2", 40), ((5000, 10), "2", 40), ((5000, 10), "4", 40)],
)
async def test_what_is_enlarged_costs_what_its_size_does_and_past_the_table_as_much_as_the_largest(
    serve, size, factor, credits
):
    service = await serve(credits=100)
    url = await uploaded(service, picture(size))
    assert (await submit(service, "topaz/image-upscale", {"image_url": url, "upscale_factor": factor}))[
        "code"
    ] == 200
    assert 100 - await service.balance() == credits


async def test_a_result_larger_than_the_service_makes_is_refused_and_costs_nothing(serve):
    service = await serve(credits=100)
    url = await uploaded(service, picture((5001, 10)))
    answer = await submit(service, "topaz/image-upscale", {"image_url": url, "upscale_factor": "4"})
    assert (answer["code"], answer["data"]) == (422, None)
    assert answer["msg"] == "the longest side of the result must be at most 20000 px, not 20004"
    assert (await service.balance(), (await service.ledger())["creates"]) == (100, [])


def test_options_carry_a_project_s_models_to_another_process():
    from pipeline.sandbox.options import SandboxOptions

    own = {"own/painter": {"inputs": {"prompt*": {}}}}
    assert SandboxOptions.from_json(SandboxOptions(models=own).to_json()).models == own
    assert json.loads(SandboxOptions().to_json())["models"] == {}
