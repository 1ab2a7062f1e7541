from __future__ import annotations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import DownloadFailed, UsageError
from pipeline.providers.net import hosts


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("https://api.kie.ai", "https://api.kie.ai"),
        (" https://api.kie.ai/ ", "https://api.kie.ai"),
        ("https://api.kie.ai/api/v1", "https://api.kie.ai"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("http://192.168.1.5", "http://192.168.1.5"),
        ("http://sandbox:8080", "http://sandbox:8080"),
        ("http://kie.internal", "http://kie.internal"),
    ],
)
def test_a_base_url_is_taken_without_its_trailing_parts(url, base):
    assert hosts.base_url(url, "X") == base


@pytest.mark.parametrize(
    "url",
    ["", "api.kie.ai", "ftp://a.ai", "https://", "https://user:secret@a.ai", "https://a.ai?x=1", "https://a.ai#f",
     "http://api.kie.ai", "http://8.8.8.8", "https://a.ai:port", "https://a\x00.ai"],
)  # fmt: skip
def test_a_base_url_that_would_endanger_the_key_is_refused(url):
    with pytest.raises(UsageError, match=r"^X ") as caught:
        hosts.base_url(url, "X")
    assert "secret" not in str(caught.value)


@given(st.text(max_size=40))
def test_any_text_is_a_base_url_or_a_usage_error(text):
    try:
        base = hosts.base_url(text, "X")
    except UsageError:
        return
    assert base.startswith(("http://", "https://"))
    assert not base.endswith("/")


async def check(url: str, *addresses: str, allow_private: bool = False):
    async def resolve(_host: str) -> list[str]:
        return list(addresses)

    return await hosts.check_result_url(url, allow_private=allow_private, resolve=resolve)


PRIVATE = (
    "http://localhost/a",
    "http://127.0.0.1/a",
    "http://127.8.8.8/a",
    "http://[::1]/a",
    "http://[::ffff:127.0.0.1]/a",
    "http://[fe80::1]/a",
    "http://[fd00::1]/a",
    "http://10.0.0.1/a",
    "http://172.16.0.1/a",
    "http://192.168.0.1/a",
    "http://169.254.169.254/latest/meta-data",
    "http://0.0.0.0/a",
    "http://metadata/a",
    "http://metadata.google.internal/a",
    "https://printer.local./a",
    "http://2130706433/a",
    "http://0x7f.1/a",
    "http://127.1/a",
    "http://[64:ff9b::7f00:1]/a",
    "http://[2002:7f00:1::]/a",
    "http://224.0.0.1/a",
)


@pytest.mark.parametrize(
    "url", ["http://0177.0.0.1/a", "http://\uff11\uff12\uff17.0.0.1/a", "http://127\u30020.0.1/a"]
)
async def test_an_address_spelled_oddly_is_refused(url):
    with pytest.raises(DownloadFailed, match=r"private network|not a web address"):
        await check(url, "93.184.216.34")


@pytest.mark.parametrize("url", PRIVATE)
async def test_a_result_on_a_private_host_is_refused_unless_allowed(url):
    with pytest.raises(DownloadFailed, match="private network"):
        await check(url, "93.184.216.34")
    assert (await check(url, allow_private=True)).path == httpx.URL(url).path


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["93.184.216.34", "10.0.0.1"], ["::1"], ["fe80::1"]])
async def test_a_public_name_for_a_private_address_is_refused(addresses):
    with pytest.raises(DownloadFailed, match="private network"):
        await check("https://evil.example.com/a", *addresses)


URL = "https://tempfile.aiquickdraw.com/a.png?x=1"


@pytest.mark.parametrize("addresses", [[], ["93.184.216.34"], ["2606:2800:220:1::1"]])
async def test_a_public_host_is_spoken_to_also_when_only_a_proxy_knows_it(addresses):
    assert str(await check(URL, *addresses)) == URL


@pytest.mark.parametrize(
    ("environ", "proxied"),
    [
        ({}, False),
        ({"https_proxy": "http://proxy:3128"}, True),
        ({"all_proxy": "http://proxy:3128"}, True),
        ({"http_proxy": "http://proxy:3128"}, False),
        ({"https_proxy": "http://proxy:3128", "no_proxy": ".aiquickdraw.com"}, False),
    ],
)
def test_proxies_are_those_of_the_environment(environ, proxied, monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert hosts.is_proxied(httpx.URL(URL)) is proxied


async def test_credentials_in_a_results_address_are_refused():
    with pytest.raises(DownloadFailed, match="user name or password") as caught:
        await check("https://me:secret@x.org/a", "93.184.216.34")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("url", ["", "file:///etc/passwd", "data:image/png;base64,AA", "ftp://a/b", "https:///x",
                                 "//a/b", "javascript:alert(1)", "https://a:b:c/"])  # fmt: skip
@pytest.mark.parametrize("allow_private", [True, False])
async def test_only_web_addresses_are_results(url, allow_private):
    with pytest.raises(DownloadFailed, match="not a web address"):
        await check(url, allow_private=allow_private)


async def test_names_are_resolved_by_the_system():
    assert "127.0.0.1" in await hosts.resolve("localhost")
    assert await hosts.resolve("127.1") == ["127.0.0.1"]
    assert await hosts.resolve("a" * 70 + ".invalid") == []
