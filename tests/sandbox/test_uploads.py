from __future__ import annotations

import base64
import io

import httpx
import pytest
from PIL import Image

from pipeline.sandbox.studio import stand_in_file
from pipeline.sandbox.uploads import content_type


def png(color: str = "#EC4899") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), color).save(buffer, "PNG")
    return buffer.getvalue()


async def stream(service, data, **fields):
    answer = await service.http.post(
        "/api/file-stream-upload", files={"file": ("local.png", data, "image/png")}, data=fields
    )
    return answer.json()


async def test_a_stream_is_stored_and_described(start):
    service = start()
    answer = await stream(service, png(), uploadPath="/images/refs/", fileName="logo.png")
    assert answer["success"] is True
    data = answer["data"]
    assert data["downloadUrl"] == "https://tempfile.redpandaai.co/kieai/images/refs/logo.png"
    assert data["filePath"] == "images/refs/logo.png"
    assert (data["fileSize"], data["mimeType"]) == (len(png()), "image/png")
    assert data["uploadedAt"].startswith("20")
    stored = await service.http.get("/uploads/images/refs/logo.png")
    assert stored.content == png()
    assert stored.headers["content-type"] == "image/png"
    assert (await service.ledger())["uploads"] == ["images/refs/logo.png"]


async def test_the_same_name_overwrites_and_no_name_gets_one(start):
    service = start()
    for color in ("red", "blue"):
        await stream(service, png(color), uploadPath="refs", fileName="a.png")
    assert (await service.http.get("/uploads/refs/a.png")).content == png("blue")
    names = {(await stream(service, png(), uploadPath="refs"))["data"]["fileName"] for _ in range(2)}
    assert len(names) == 2
    assert all(name.endswith(".png") for name in names)


async def test_base64_comes_plain_or_as_a_data_url(start):
    service = start()
    text = base64.b64encode(png()).decode()
    for number, written in enumerate((text, f"data:image/png;base64,{text}")):
        body = {"base64Data": written, "uploadPath": "b", "fileName": f"{number}.png"}
        assert (await service.post("/api/file-base64-upload", body))["data"]["mimeType"] == "image/png"
        assert (await service.http.get(f"/uploads/b/{number}.png")).content == png()


async def test_a_url_of_our_own_is_copied(start):
    service = start()
    public = (await stream(service, png(), uploadPath="a", fileName="x y.png"))["data"]["downloadUrl"]
    body = {"fileUrl": public, "uploadPath": "copies", "fileName": "y.png"}
    await service.post("/api/file-url-upload", body)
    assert (await service.http.get("/uploads/copies/y.png")).content == png()
    [result] = await service.results(await service.create())
    body = {"fileUrl": result, "uploadPath": "copies", "fileName": "result.png"}
    await service.post("/api/file-url-upload", body)
    copied, original = await service.http.get("/uploads/copies/result.png"), await service.http.get(result)
    assert copied.content == original.content


async def test_a_url_elsewhere_is_never_fetched_but_stood_in_for(start):
    service = start()
    body = {"fileUrl": "https://example.com/mood.jpg", "uploadPath": "m", "fileName": "m.png"}
    assert (await service.post("/api/file-url-upload", body))["code"] == 200
    stored = (await service.http.get("/uploads/m/m.png")).content
    assert stored == stand_in_file("https://example.com/mood.jpg")


@pytest.mark.parametrize(
    ("path", "body", "text"),
    [
        ("base64", {"uploadPath": "x"}, "base64Data is required"),
        ("base64", {"base64Data": "!!", "uploadPath": "x"}, "not valid base64"),
        ("base64", {"base64Data": "aGk="}, "uploadPath is required"),
        ("base64", {"base64Data": "aGk=", "uploadPath": "/"}, "uploadPath is required"),
        ("base64", {"base64Data": "data:;base64,", "uploadPath": "x"}, "file is empty"),
        ("url", {"fileUrl": "file:///etc/passwd", "uploadPath": "x"}, "fileUrl is required"),
    ],
)
async def test_what_is_missing_is_said(start, path, body, text):
    service = start()
    answer = await service.post(f"/api/file-{path}-upload", body)
    assert answer["code"] == 400
    assert text in answer["msg"]
    assert (await service.ledger())["uploads"] == []


async def test_a_stream_needs_a_file(start):
    answer = await start().http.post("/api/file-stream-upload", data={"file": "text", "uploadPath": "x"})
    assert answer.json()["msg"] == "file is required"


async def test_what_is_not_stored_is_not_found(start):
    async with httpx.AsyncClient(transport=httpx.ASGITransport(start().app), base_url="http://s") as anyone:
        assert (await anyone.get("/uploads/nothing.png")).status_code == 404


def test_content_types_come_from_the_bytes():
    assert content_type(png()) == "image/png"
    assert content_type(b"RIFF\0\0\0\0WEBPVP8 ") == "image/webp"
    assert content_type(b"hello") == "application/octet-stream"
