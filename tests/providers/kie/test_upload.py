from __future__ import annotations

import re

import httpx
import pytest

from pipeline import digest
from pipeline.errors import AuthenticationFailed, UploadFailed
from pipeline.providers.kie import upload

URL = "https://tempfile.redpandaai.co/x.png"


@pytest.fixture
def logo(tmp_path, picture):
    path = tmp_path / "logo.dat"
    path.write_bytes(picture())
    return path


async def fails(provider, path, sha256=None):
    with pytest.raises(UploadFailed) as caught:
        await provider.upload(path, sha256 or digest.of_file(path))
    return caught.value


@pytest.mark.parametrize(
    ("kind", "extension", "mime"),
    [("PNG", "png", "image/png"), ("JPEG", "jpg", "image/jpeg"), ("WEBP", "webp", "image/webp")],
)
async def test_a_picture_is_sent_as_a_form_named_by_its_content(
    provider, service, answer, picture, tmp_path, key, kind, extension, mime
):
    path = tmp_path / "misnamed.gif"
    path.write_bytes(picture(kind))
    sha256 = digest.of_file(path)
    service.answers(answer(data={"downloadUrl": URL, "fileUrl": "https://other"}))
    assert await provider.upload(path, sha256) == URL
    (request,) = service.requests
    assert str(request.url) == "https://up.kie.ai/api/file-stream-upload"
    assert request.headers["Authorization"] == f"Bearer {key}"
    assert request.headers["Content-Type"].startswith("multipart/form-data; boundary=")
    parts = re.findall(rb'name="(\w+)"(?:; filename="([^"]+)")?', request.content)
    name = f"{sha256}.{extension}".encode()
    assert sorted(parts) == [(b"file", name), (b"fileName", b""), (b"uploadPath", b"")]
    assert f"Content-Type: {mime}".encode() in request.content
    assert path.read_bytes() in request.content
    assert b"\r\n\r\nasset-pipeline\r\n" in request.content


@pytest.mark.parametrize(
    "reply",
    [
        {"success": True, "code": 200, "data": {"fileUrl": URL}},
        {"success": True, "data": {"downloadUrl": URL}},
        {"code": 0, "data": {"downloadUrl": URL}},
    ],
)
async def test_the_upload_hosts_dialects_are_understood(provider, service, logo, reply):
    service.answers(httpx.Response(200, json=reply))
    assert await provider.upload(logo, digest.of_file(logo)) == URL


@pytest.mark.parametrize(
    "fault",
    [
        httpx.ReadTimeout("slow"),
        httpx.ConnectError("no route"),
        httpx.Response(502, html="<html>"),
        httpx.Response(429, json={"code": 429, "msg": "slow"}),
        httpx.Response(200, json={"code": 500, "msg": "server error"}),
    ],
)
async def test_an_upload_is_free_and_repeated_whole(provider, service, answer, logo, fault):
    service.answers(fault, answer(data={"downloadUrl": URL}))
    assert await provider.upload(logo, digest.of_file(logo)) == URL
    assert [logo.read_bytes() in request.content for request in service.requests] == [True, True]


@pytest.mark.parametrize(
    ("reply", "requests", "words"),
    [
        (httpx.ReadTimeout("slow"), 4, "did not answer"),
        (httpx.Response(502, html="<html>"), 4, "HTTP 502"),
        (httpx.Response(200, json={"code": 400, "msg": "too big"}), 1, "too big"),
        (httpx.Response(200, json={"code": 402, "msg": "no credits"}), 1, "credits"),
        (httpx.Response(200, json={"success": False, "code": 422, "msg": "no"}), 1, "no"),
        (httpx.Response(200, json={"code": 200, "data": None}), 1, "address"),
        (httpx.Response(200, json={"code": 200, "data": {"downloadUrl": "ftp://x"}}), 1, "address"),
    ],
)
async def test_an_upload_gives_up_with_the_files_name(provider, service, logo, reply, requests, words):
    service.answers(reply)
    error = await fails(provider, logo)
    assert "logo.dat" in error.message
    assert words in error.message
    assert len(service.requests) == requests


async def test_a_refused_key_stays_a_refused_key(provider, service, answer, logo):
    service.answers(answer(401, "no"))
    with pytest.raises(AuthenticationFailed):
        await provider.upload(logo, digest.of_file(logo))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"GIF89a" + b"\0" * 20, "a gif file"),
        (b"<svg/>", "SVG"),
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\nrest", "damaged"),
    ],
)
async def test_what_no_model_takes_is_refused_before_anything_is_paid(
    provider, service, tmp_path, content, words
):
    path = tmp_path / "logo.png"
    path.write_bytes(content)
    error = await fails(provider, path)
    assert words in error.message
    assert error.hint
    assert service.requests == []


async def test_a_picture_too_large_to_be_taken_is_refused(provider, service, tmp_path):
    path = tmp_path / "logo.png"
    with path.open("wb") as file:
        file.truncate(upload.MAX_BYTES + 1)
    assert "30.0 MB" in (await fails(provider, path, "0" * 64)).message
    assert service.requests == []


async def test_a_missing_file_is_refused(provider, tmp_path):
    assert "cannot be read: No such file" in (await fails(provider, tmp_path / "no.png", "0" * 64)).message


async def test_a_file_that_changed_since_the_plan_is_not_sent_under_its_old_name(provider, service, logo):
    assert "changed" in (await fails(provider, logo, "0" * 64)).message
    assert service.requests == []
