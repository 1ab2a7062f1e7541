from __future__ import annotations

import gzip

import httpx
import pytest
from mirror import CREATE, Reply, serving

from pipeline import digest
from pipeline.errors import DownloadFailed
from pipeline.generate.provider import Download
from pipeline.providers.kie.client import KieProvider
from pipeline.providers.net import download

URL = "https://tempfile.aiquickdraw.com/r/1.jpeg"


def file(content: bytes, **headers: str) -> httpx.Response:
    return httpx.Response(200, content=content, headers=headers)


def redirect(location: str, status: int = 302) -> httpx.Response:
    return httpx.Response(status, headers={"Location": location})


async def fails(provider, target, url=URL):
    with pytest.raises(DownloadFailed) as caught:
        await provider.fetch(url, target)
    assert not target.exists()
    assert list(target.parent.iterdir()) == []
    return caught.value


async def test_a_result_is_named_by_its_bytes_and_fetched_without_the_key(provider, service, picture, target):
    content = picture("WEBP", (20, 10))
    service.answers(file(content, **{"Content-Type": "image/jpeg"}))
    found = await provider.fetch(URL, target)
    assert found == Download(digest.of_bytes(content), "webp", len(content), 20, 10)
    assert target.read_bytes() == content
    assert [path.name for path in target.parent.iterdir()] == [target.name]
    (request,) = service.requests
    assert "Authorization" not in request.headers
    assert request.headers["User-Agent"].startswith("asset-pipeline/")


async def test_a_result_replaces_what_was_there(provider, service, picture, target):
    target.write_bytes(b"old")
    service.answers(file(picture()))
    await provider.fetch(URL, target)
    assert target.read_bytes() == picture()


async def test_a_result_compressed_on_the_way_is_taken_as_it_was(provider, service, picture, target):
    content = picture()
    service.answers(file(gzip.compress(content), **{"Content-Encoding": "gzip"}))
    assert (await provider.fetch(URL, target)).sha256 == digest.of_bytes(content)


# --- redirects


async def test_redirects_are_followed_without_the_key(provider, service, picture, target):
    service.answers(redirect("/other"), redirect("//cdn.example.com/a", 307), file(picture()))
    await provider.fetch(URL, target)
    assert service.hosts == ["tempfile.aiquickdraw.com", "tempfile.aiquickdraw.com", "cdn.example.com"]
    assert not [request for request in service.requests if "Authorization" in request.headers]


@pytest.mark.parametrize(
    "location", ["http://127.0.0.1/x", "http://metadata.internal/x", "file:///etc/passwd"]
)
async def test_a_redirect_cannot_lead_into_the_private_network(provider, service, target, location):
    service.answers(redirect(location))
    await fails(provider, target)
    assert service.hosts == ["tempfile.aiquickdraw.com"]


async def test_redirects_end(provider, service, target):
    service.answers(redirect("/again"))
    assert "5 redirects" in (await fails(provider, target)).message
    assert len(service.requests) == download.MAX_REDIRECTS + 1


@pytest.mark.parametrize("options", [{"api": "http://127.0.0.1:9"}, {"allow_private_hosts": True}])
async def test_a_private_api_or_user_may_have_private_results(build, service, picture, target, options):
    service.answers(file(picture()))
    assert await build(**options).fetch("http://127.0.0.1:9/files/1.png", target)


async def test_a_private_api_vouches_for_its_own_host_only(build, service, target):
    service.answers(redirect("http://169.254.169.254/latest/meta-data/"))
    provider = build(api="http://127.0.0.1:9")
    assert (
        "private network: 169.254.169.254" in (await fails(provider, target, "http://127.0.0.1:9/1")).message
    )
    assert service.hosts == ["127.0.0.1"]


async def test_a_private_result_of_a_public_api_is_refused(provider, service, target):
    service.answers(httpx.Response(500))
    assert "private" in (await fails(provider, target, "http://127.0.0.1/1.png")).message
    assert service.requests == []


# --- links that are refused


@pytest.mark.parametrize("status", [403, 404, 410])
async def test_a_refused_link_is_renewed_once_by_the_service(
    provider, service, answer, picture, target, key, status
):
    fresh = "https://tempfile.kie.ai/fresh"
    service.answers(httpx.Response(status), answer(data=fresh), file(picture()))
    await provider.fetch(URL, target)
    assert [(request.method, str(request.url)) for request in service.requests] == [
        ("GET", URL),
        ("POST", "https://api.kie.ai/api/v1/common/download-url"),
        ("GET", fresh),
    ]
    assert service.bodies == [{"url": URL}]
    keys = [request.headers.get("Authorization") for request in service.requests]
    assert keys == [None, f"Bearer {key}", None]


@pytest.mark.parametrize(
    "reply",
    [
        httpx.Response(200, json={"code": 422, "msg": "foreign url", "data": None}),
        httpx.Response(200, json={"code": 200, "data": {"url": "x"}}),
        httpx.Response(200, json={"code": 200, "data": ""}),
        httpx.Response(401, json={"code": 401, "msg": "no"}),
        httpx.ReadTimeout("slow"),
    ],
)
async def test_a_link_that_cannot_be_renewed_is_gone(provider, service, target, reply):
    service.answers(httpx.Response(404), reply)
    error = await fails(provider, target)
    assert (error.code, "tempfile.aiquickdraw.com" in error.message) == (404, True)
    assert "--forget" in error.hint
    assert len(service.requests) == 2


async def test_a_renewed_link_that_is_refused_too_is_gone(provider, service, answer, target):
    service.answers(httpx.Response(403), answer(data="https://tempfile.kie.ai/fresh"), httpx.Response(403))
    assert (await fails(provider, target)).code == 403
    assert len(service.requests) == 3


async def test_a_renewed_link_is_checked_like_any_other(provider, service, answer, target):
    service.answers(httpx.Response(403), answer(data="http://127.0.0.1/x"))
    assert "private" in (await fails(provider, target)).message


# --- passing trouble


@pytest.mark.parametrize(
    "fault",
    [
        httpx.Response(500),
        httpx.Response(503),
        httpx.Response(429),
        httpx.Response(408),
        httpx.ReadTimeout("stalled"),
        httpx.ConnectError("no route"),
        httpx.RemoteProtocolError("peer closed connection without sending complete message body"),
        httpx.Response(200, content=b"\x89PNG", headers={"Content-Length": "900"}),
        httpx.Response(200, content=b"\x89PNG\r\n\x1a\ncut"),
        httpx.Response(200, stream=httpx.ByteStream(b"no gzip at all"), headers={"Content-Encoding": "gzip"}),
    ],
)
async def test_a_broken_transfer_is_begun_again_a_few_times(provider, service, picture, target, fault):
    service.answers(lambda request: _again(fault), lambda request: _again(fault), file(picture()))
    assert (await provider.fetch(URL, target)).extension == "png"
    service.requests.clear()
    target.unlink()
    service.answers(lambda request: _again(fault))
    await fails(provider, target)
    assert len(service.requests) == 4


def _again(fault: httpx.Response | Exception) -> httpx.Response:
    if isinstance(fault, Exception):
        raise fault
    return httpx.Response(fault.status_code, headers=fault.headers, stream=fault.stream)


async def test_a_transfer_that_breaks_half_way_leaves_nothing(provider, service, picture, target):
    async def broken():
        yield picture()[:20]
        raise httpx.ReadError("reset")

    service.answers(lambda _request: httpx.Response(200, content=broken()))
    assert "broke off: the connection ended" in (await fails(provider, target)).message


# --- what is no result


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<!DOCTYPE html><html>", "a web page (HTML)"),
        (b'{"code":200}', "a JSON document"),
        (b"", "an empty file"),
        (b"BM" + b"\0" * 60, "a bmp file"),
        (b"\x7fELF", "an unknown kind of file"),
    ],
)
async def test_what_is_no_picture_is_named_and_not_asked_for_again(provider, service, target, content, words):
    service.answers(file(content))
    assert words in (await fails(provider, target)).message
    assert len(service.requests) == 1


@pytest.mark.parametrize("status", [400, 401, 418, 304])
async def test_another_answer_is_no_result(provider, service, target, status):
    service.answers(httpx.Response(status))
    assert f"HTTP {status}" in (await fails(provider, target)).message
    assert len(service.requests) == 1


@pytest.mark.parametrize("declared", [True, False])
async def test_a_result_beyond_the_cap_is_not_taken(build, service, picture, target, declared):
    async def body():
        yield picture()
        yield b"\0" * 2_000_000
        raise AssertionError("read beyond the cap")

    headers = {"Content-Length": "2000000"} if declared else {}
    service.answers(lambda _request: httpx.Response(200, content=body(), headers=headers))
    error = await fails(build(max_download_bytes=1_048_576), target)
    assert "larger than 1 MB" in error.message
    assert len(service.requests) == 1


@pytest.mark.parametrize("length", ["-5", "many", "²"])
async def test_an_unreadable_length_is_no_length(provider, service, picture, target, length):
    service.answers(
        httpx.Response(200, content=_stream(picture()), headers=[(b"Content-Length", length.encode())])
    )
    assert await provider.fetch(URL, target)


async def _stream(content: bytes):
    yield content


# --- this side


async def test_a_folder_that_cannot_be_written_says_so_without_asking_again(
    provider, service, picture, tmp_path
):
    service.answers(file(picture()))
    with pytest.raises(DownloadFailed, match="could not be written: No such file or directory"):
        await provider.fetch(URL, tmp_path / "missing" / "result")
    assert len(service.requests) == 1


async def test_a_full_disk_says_so_without_asking_again(provider, service, picture, tmp_path):
    (tmp_path / "result.part").symlink_to("/dev/full")
    service.answers(file(picture()))
    with pytest.raises(DownloadFailed, match="could not be written: No space left on device") as caught:
        await provider.fetch(URL, tmp_path / "result")
    assert "Free some space" in caught.value.hint
    assert len(service.requests) == 1


async def test_a_target_that_is_a_folder_says_so(provider, service, picture, tmp_path):
    (tmp_path / "result" / "x").mkdir(parents=True)
    service.answers(file(picture()))
    with pytest.raises(DownloadFailed, match="could not be written"):
        await provider.fetch(URL, tmp_path / "result")
    assert [path.name for path in tmp_path.iterdir()] == ["result"]


# --- what is hostile


BEHIND = b"PK\x03\x04<!doctype html><script>alert(1)</script>"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "AVIF"])
async def test_what_is_behind_a_picture_is_no_part_of_the_result(provider, service, picture, target, kind):
    content = picture(kind, (20, 10))
    service.answers(file(content + BEHIND))
    found = await provider.fetch(URL, target)
    assert target.read_bytes() == content
    assert (found.sha256, found.size_bytes) == (digest.of_bytes(content), len(content))


async def test_a_redirect_to_text_that_is_no_address_is_refused(provider, service, target):
    service.answers(redirect("https://a:b:c/"))
    assert "broke off" in (await fails(provider, target)).message


async def test_layers_of_packing_are_not_unpacked(provider, service, target):
    bomb = gzip.compress(gzip.compress(bytes(50_000_000)))
    stream = httpx.ByteStream(bomb)
    reply = httpx.Response(200, headers={"Content-Encoding": "gzip, gzip"}, stream=stream)
    service.answers(reply)
    await fails(provider, target)


async def test_a_bomb_in_one_layer_is_let_go_at_the_limit(build, service, target):
    stream = httpx.ByteStream(gzip.compress(bytes(50_000_000)))
    service.answers(httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=stream))
    failure = await fails(build(max_download_bytes=1_000_000), target)
    assert "larger than 1 MB" in failure.message


async def test_a_heap_of_headers_is_let_go(target):
    heap = {f"X-{n}": "y" * 5000 for n in range(60)}
    with serving({"/1.png": Reply(b"x", headers=heap)}) as mirror:
        provider = KieProvider(mirror.url, mirror.url, "k", allow_private_hosts=True)
        assert "broke off" in (await fails(provider, target, f"{mirror.url}/1.png")).message
        await provider.aclose()


async def test_a_heap_of_headers_upon_a_create_leaves_it_unknown():
    from pipeline.errors import OutcomeUnknown

    heap = {f"X-{n}": "y" * 5000 for n in range(60)}
    with serving({CREATE: Reply(b"{}", headers=heap)}) as mirror:
        provider = KieProvider(mirror.url, mirror.url, "k")
        with pytest.raises(OutcomeUnknown):
            await provider.create("m", {})
        await provider.aclose()
        assert mirror.asked == [CREATE]


@pytest.mark.parametrize("proxied", [True, False])
async def test_only_a_proxy_looks_names_up_without_being_judged(picture, target, proxied):
    async def public(_host: str) -> list[str]:
        return ["93.184.216.34"]

    async def no_link(_url: str) -> None:
        return None

    asked = []

    def client(name: str) -> httpx.AsyncClient:
        def answer(_request: httpx.Request) -> httpx.Response:
            asked.append(name)
            return file(picture())

        return httpx.AsyncClient(transport=httpx.MockTransport(answer))

    fetcher = download.Fetcher(
        client("by proxy"), no_link, direct=client("direct"), max_bytes=10_000, allow_private=False,
        resolve=public, proxied=lambda _url: proxied,
    )  # fmt: skip
    await fetcher.fetch(URL, target)
    assert asked == ["by proxy" if proxied else "direct"]
