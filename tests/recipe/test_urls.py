from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.recipe import urls

HOME = """
127.0.0.1 127.1 127.0.1 2130706433 0x7f000001 0x7f.1 0X7F.0.0.1 0177.0.0.1 017700000001 ::1 ::ffff:127.0.0.1
localhost localhost. LOCALHOST a.localhost \u24dbocalhost
\uff11\uff12\uff17.0.0.1 127\u30020\u30020\u30021
"""
PRIVATE = """
10.0.0.1 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 0 :: fe80::1 fe80::1%eth0 fd00::1 224.0.0.1
ff02::1 255.255.255.255 256.256.256.256 99999999999999 09.1.1.1 1.2.3.4096 192.168.257 3232235777 intranet
printer.local nas.lan db.internal metadata.google.internal. x.home.arpa x.test x.invalid x.onion
"""
PUBLIC = """
8.8.8.8 134744072 0x08080808 010.8.8.8 2606:4700::1111 ::ffff:8.8.8.8 64:ff9b::808:808 x.org X.ORG.
1.2.3.4.com xn--pple-43d.com 127.0.0.1.nip.io 1.2.3.4.5 locals.org
"""


@pytest.mark.parametrize("host", HOME.split())
def test_this_machine_in_every_spelling(host):
    assert urls.is_loopback(host)
    assert urls.is_private(host)


@pytest.mark.parametrize("host", ["64:ff9b::7f00:1", "2002:7f00:1::", "::127.0.0.1"])
def test_this_machine_behind_a_gateway_is_private_but_not_this_machine(host):
    assert not urls.is_loopback(host)
    assert urls.is_private(host)


@pytest.mark.parametrize("host", PRIVATE.split())
def test_private_networks_and_what_systems_read_differently(host):
    assert urls.is_private(host)
    assert not urls.is_loopback(host)


@pytest.mark.parametrize("host", PUBLIC.split())
def test_the_internet(host):
    assert not urls.is_private(host)
    assert not urls.is_loopback(host)


@given(st.integers(0, 2**32 - 1))
def test_a_number_is_the_address_it_spells(number):
    address = ipaddress.ip_address(number)
    for spelled in (str(number), hex(number), f"0{number:o}", str(address)):
        assert urls.address(spelled) == address
    assert urls.is_private(str(number)) is urls.is_private(str(address))


NO_WEB_ADDRESSES = (
    *("javascript:1", "data:a", "file:///x", "http:x", "//x", ""),
    *("http://x:99999/", "http://[x/", "http://%31%32%37.0.0.1/"),
)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("https://x.org/a.png?x=1", ""),
        ("HTTP://X.org:8080/a", ""),
        ("https://b\u00fccher.example/a", ""),
        ("http://[2606:4700::1111]/a", ""),
        ("https://x.org/a b", "holds a space"),
        ("https://x.org/a\n", "holds a space"),
        ("https://x.org/\u202egnp", "holds a space"),
        ("https://x.org\\@127.0.0.1/", "backslash"),
        ("https://x.org/" + "a" * 2000, "more than 2,000 characters"),
        *((url, "is not an http or https URL") for url in NO_WEB_ADDRESSES),
        ("https://me:pw@x.org/", "carries a user name or password"),
        ("https://@x.org/", "carries a user name or password"),
        ("https://x.org/a#b", "has a #fragment"),
        ("https://x.org/a#", "has a #fragment"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_address(written, said):
    found = urls.fault(written)
    assert said in found
    assert bool(found) == bool(said)


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("x.org", "x.org"),
        ("\u0430pple.com", "xn--pple-43d.com"),
        ("\u0430" * 70 + ".x", "\\u0430" * 70 + ".x"),
    ],
)
def test_a_host_is_shown_as_it_is_looked_up(host, shown):
    assert urls.shown_host(host) == shown


@given(st.text(max_size=60))
def test_any_text_is_judged(text):
    urls.is_private(text)
    urls.is_loopback(text)
    assert isinstance(urls.fault("http://" + text), str)
