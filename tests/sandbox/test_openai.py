"""The images API on the sandbox's port: its shapes, its refusals, its account, and what goes wrong."""

from __future__ import annotations

import base64
import io
import json

import pytest
from PIL import Image

from pipeline.providers.openai import wire

MODEL = "gpt-image-1.5"
BODY = {"model": MODEL, "prompt": "A glossy gold coin", "size": "1024x1024", "quality": "low"}
MAKE, EDIT = "/v1/images/generations", "/v1/images/edits"


async def make(service, path: str = MAKE, **changes):
    return await service.http.post(path, json={**BODY, **changes})


def png(size: tuple[int, int] = (8, 8)) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", size, (200, 30, 90)).save(stream, "PNG")
    return stream.getvalue()


def opened(answer) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(answer.json()["data"][0]["b64_json"])))


def complaint(answer) -> tuple[int, str]:
    return answer.status_code, str(answer.json()["error"]["code"])


async def test_an_answer_holds_the_picture_and_its_tokens(start, clock):
    service, before = start(), clock.now
    answer = await make(service)
    assert answer.status_code == 200
    assert opened(answer).size == (16, 16)
    assert answer.json()["usage"]["output_tokens"] == 281  # 1.8 credits at 32 USD a million tokens
    assert clock.now > before  # it took as long as a picture takes


async def test_the_account_is_charged_what_the_tokens_come_to(start):
    service = start()
    await make(service, quality="high")
    ledger = await service.ledger()
    assert ledger["credits"] == 10_000 - 26.6
    (entry,) = ledger["creates"]
    assert (entry["credits"], entry["request"]["model"]) == (26.6, f"openai/{MODEL}")


async def test_words_and_pictures_cost_a_little(start):
    service = start()
    url = "https://example.org/a.png"
    await make(service, EDIT, prompt="x" * 4000, images=[{"image_url": url}])
    (entry,) = (await service.ledger())["creates"]
    assert entry["credits"] == 3.28  # 1.8, 1000 tokens of text and 300 of a picture
    assert entry["request"]["input"]["image"] == [url]


async def test_several_pictures_are_asked_for_by_number(start):
    service = start()
    answer = await make(service, n=3)
    assert len(answer.json()["data"]) == 3
    assert (await service.ledger())["creates"][0]["credits"] == pytest.approx(5.4, abs=0.02)


async def test_pictures_come_in_a_form(start):
    service = start()
    files = [("image[]", ("a.png", png(), "image/png")), ("image[]", ("b.png", png((9, 9)), "image/png"))]
    answer = await service.http.post(EDIT, data={**BODY, "output_compression": "90"}, files=files)
    assert answer.status_code == 200
    sent = (await service.ledger())["creates"][0]["request"]["input"]
    assert sent["output_compression"] == 90
    assert len(sent["image"]) == 2
    assert len((await service.ledger())["uploads"]) == 2


async def test_a_picture_may_be_part_of_the_json(start):
    service = start()
    url = "data:image/png;base64," + base64.b64encode(png()).decode()
    assert (await make(service, EDIT, images=[{"image_url": url}])).status_code == 200
    assert len((await service.ledger())["uploads"]) == 1


async def test_it_paints_in_the_size_and_format_asked_for_with_alpha_where_asked(start):
    service = start(picture="painted")
    answer = await make(service, size="1536x1024", output_format="webp", background="transparent")
    picture = opened(answer)
    assert (picture.format, picture.size, picture.mode) == ("WEBP", (1536, 1024), "RGBA")
    low, high = picture.getchannel("A").getextrema()
    assert (low, high) == (0, 255)
    plain = opened(await make(service, output_format="jpeg"))
    assert (plain.format, plain.mode) == ("JPEG", "RGB")


async def test_the_models_are_listed(start):
    answer = await start().get("/v1/models")
    assert {"id": MODEL, "object": "model"} in answer["data"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"model": "dall-e-3"}, (404, "model_not_found")),
        ({"model": 5}, (404, "model_not_found")),
        ({"model": "nano-banana-pro"}, (404, "model_not_found")),
        ({"prompt": ""}, (400, "missing_required_parameter")),
        ({"size": "1x1"}, (400, "invalid_value")),
        ({"response_format": "url"}, (400, "unknown_parameter")),
        ({"n": 11}, (400, "invalid_value")),
        ({"n": "many"}, (400, "invalid_value")),
        ({"background": "transparent", "output_format": "jpeg"}, (400, "invalid_value")),
        ({"model": "gpt-image-2", "background": "transparent"}, (400, "invalid_value")),
    ],
)
async def test_what_the_service_refuses_is_refused_and_free(start, changes, expected):
    service = start()
    answer = await make(service, **changes)
    assert complaint(answer) == expected
    ledger = await service.ledger()
    assert (ledger["creates"], ledger["refused"]) == ([], {str(expected[0]): 1})


@pytest.mark.parametrize(
    "images",
    [
        *(None, [], [{}], ["https://a"], [{"image_url": 5}]),
        *([{"image_url": f"data:image/{data}"}] for data in ("png;base64,???", "gif;base64,R0lGODlh")),
    ],
)
async def test_an_edit_needs_pictures_it_can_read(start, images):
    assert (await make(start(), EDIT, images=images)).status_code == 400


async def test_a_body_that_is_none_is_refused(start):
    answer = await start().http.post(MAKE, content=b"[]")
    assert answer.status_code == 400


async def test_the_key_is_wanted(start):
    service = start()
    answer = await service.http.post(MAKE, json=BODY, headers={"Authorization": "Bearer other"})
    assert complaint(answer) == (401, "invalid_api_key")


async def test_the_rate_is_that_of_the_account(start):
    service = start(window_creates=1)
    await make(service, model="unknown")
    answer = await make(service)
    assert complaint(answer) == (429, "rate_limit_exceeded")


async def test_an_empty_account_is_said_as_the_service_says_it(start):
    answer = await make(start(credits=1))
    assert complaint(answer) == (429, "credit_balance_exhausted")
    assert answer.json()["error"]["type"] in wire.OUT_OF_CREDITS


async def test_the_other_dialect_does_not_know_these_models(start):
    answer = await start().submit(model=f"openai/{MODEL}")
    assert answer["code"] == 422


@pytest.mark.parametrize(
    ("fault", "status", "charged"),
    [
        ("too-many", 429, 0),
        ("key-limit", 429, 0),
        ("maintenance", 503, 0),
        ("create-500", 500, 0),
        ("create-500-parameter", 400, 0),
        ("create-html", 502, 0),
        ("create-500-after", 500, 1.8),
        ("fail", 400, 0),
        ("fail-501", 400, 0),
        ("no-urls", 200, 1.8),
        ("create-no-id", 200, 1.8),
    ],
)
async def test_faults_are_told_in_this_dialect(start, fault, status, charged):
    service = start(faults_text=f"{fault}=1x1")
    answer = await make(service)
    assert answer.status_code == status
    assert (await service.ledger())["credits"] == 10_000 - charged
    if status == 200:
        assert answer.json()["data"] == []


async def test_some_refusals_say_when_to_come_back(start):
    service = start(faults_text="too-many=1")
    waits = {(await make(service, prompt=f"coin {n}")).headers.get("Retry-After") for n in range(12)}
    assert waits == {None, "2"}


async def test_an_answer_may_be_cut_short(start):
    answer = await make(start(faults_text="bad-result-json=1"))
    with pytest.raises(json.JSONDecodeError):
        answer.json()


@pytest.mark.parametrize(
    ("fault", "charged"), [("create-dropped-before", 0), ("create-dropped-after", 1.8), ("stuck", 1.8)]
)
async def test_a_connection_may_end_without_an_answer(start, fault, charged):
    service = start(faults_text=f"{fault}=1")
    with pytest.raises(ConnectionResetError):
        await make(service)
    assert (await service.ledger())["credits"] == 10_000 - charged
