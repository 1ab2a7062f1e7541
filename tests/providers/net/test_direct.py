"""The address that is judged is the address that is connected to."""

from __future__ import annotations

import httpcore
import httpx
import pytest
from mirror import Reply, serving

from pipeline.errors import DownloadFailed
from pipeline.providers.net.direct import MAX_ADDRESSES, DirectTransport, JudgingBackend

PUBLIC, OTHER = "93.184.216.34", "2606:2800:220:1::1"


class Network(httpcore.AsyncNetworkBackend):
    """Notes where connections go; ``dead`` addresses take none."""

    def __init__(self, *dead: str) -> None:
        self.dead, self.asked = dead, []

    async def connect_tcp(self, host, port, *_settings):
        self.asked.append((host, port))
        if host in self.dead:
            raise httpcore.ConnectError("dead")
        return httpcore.AsyncMockStream([b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"])

    async def sleep(self, seconds: float) -> None:
        self.asked.append(("sleep", seconds))


def backend(*answers: list[str], dead: tuple[str, ...] = ()) -> tuple[JudgingBackend, Network]:
    """Every look-up gets the next answer, as from a server that means harm."""
    lookups, network = iter(answers), Network(*dead)

    async def resolve(_host: str) -> list[str]:
        return next(lookups)

    return JudgingBackend(resolve, network), network


async def test_a_name_is_connected_to_by_the_address_that_was_judged():
    judging, network = backend([PUBLIC])
    await judging.connect_tcp("cdn.example", 443)
    assert network.asked == [(PUBLIC, 443)]


@pytest.mark.parametrize("answer", [["127.0.0.1"], [PUBLIC, "10.0.0.1"], ["::ffff:127.0.0.1"], ["fe80::1"]])
async def test_a_name_that_leads_home_by_now_is_refused(answer):
    judging, network = backend([PUBLIC], answer)
    await judging.connect_tcp("rebinding.example", 443)
    with pytest.raises(DownloadFailed, match="private network"):
        await judging.connect_tcp("rebinding.example", 443)
    assert network.asked == [(PUBLIC, 443)]


async def test_the_next_address_is_tried_when_one_is_dead():
    judging, network = backend([OTHER, PUBLIC], dead=(OTHER,))
    await judging.connect_tcp("cdn.example", 443)
    assert [host for host, _ in network.asked] == [OTHER, PUBLIC]


async def test_not_without_end():
    many = [f"93.184.216.{n}" for n in range(50)]
    judging, network = backend(many, dead=tuple(many))
    with pytest.raises(httpcore.ConnectError, match="dead"):
        await judging.connect_tcp("cdn.example", 443)
    assert len(network.asked) == MAX_ADDRESSES


async def test_a_name_nobody_knows_is_no_connection():
    judging, _ = backend([])
    with pytest.raises(httpcore.ConnectError, match="no address"):
        await judging.connect_tcp("cdn.example", 443)


async def test_waiting_is_left_to_the_network():
    judging, network = backend()
    await judging.sleep(0.5)
    assert network.asked == [("sleep", 0.5)]


async def test_httpx_speaks_through_it_by_name():
    """With the real pool of the installed httpx: Host goes by name, the connection by address."""
    judging, network = backend([PUBLIC])
    transport = DirectTransport(httpx.create_ssl_context(), httpx.Limits(), None)
    transport._pool._network_backend = judging
    async with httpx.AsyncClient(transport=transport) as client:
        answer = await client.get("http://cdn.example/x")
    assert (answer.text, network.asked) == ("ok", [(PUBLIC, 80)])


async def test_a_rebinding_host_reaches_no_server_of_ours():
    """A real server on loopback; its name is public when it is judged, and ours when it is connected to."""
    answers = iter([[PUBLIC], ["127.0.0.1"]])

    async def resolve(_host: str) -> list[str]:
        return next(answers)

    with serving({"/": Reply(b"secret of the network")}) as mirror:
        from pipeline.providers.net.hosts import check_result_url

        url = mirror.url.replace("127.0.0.1", "rebinding.example")
        checked = await check_result_url(url, allow_private=False, resolve=resolve)
        transport = DirectTransport(httpx.create_ssl_context(), httpx.Limits(), resolve)
        async with httpx.AsyncClient(transport=transport) as client:
            with pytest.raises(DownloadFailed, match="private network"):
                await client.get(checked)
        assert mirror.asked == []
