"""What is fetched is checked, and a missing network says what to do."""

from __future__ import annotations

import hashlib
import io
import json
import sys
import tarfile

import pytest
from known_alpha import art, icons, subjects
from known_alpha.drawn import DRAWN
from known_alpha.icons import FLAT, RENDERS, SOLID, VECTORS, bodies, unpack
from known_alpha.kinds import KINDS
from known_alpha.packages import Package, Unavailable, cache, checked, npm_pack, run


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path


def package(folder, icons):
    file = folder / "icons.tgz"
    content = json.dumps({"icons": {name: {"body": body} for name, body in icons.items()}}).encode()
    with tarfile.open(file, "w:gz") as archive:
        member = tarfile.TarInfo("package/icons.json")
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return file


def test_the_digest_decides(folder):
    file = folder / "some.tgz"
    file.write_bytes(b"icons")
    assert checked(file, hashlib.sha256(b"icons").hexdigest()) == file
    with pytest.raises(Unavailable, match="SHA-256"):
        checked(file, "0" * 64)
    assert not file.exists()


def test_only_named_icons_are_taken(folder):
    assert bodies(package(folder, {"key": "<k/>", "egg": "<e/>"}), {"key"}) == {"key": "<k/>"}
    with pytest.raises(Unavailable, match=r"icons\.tgz lacks frog"):
        bodies(package(folder, {"key": "<k/>"}), {"key", "frog"})


def test_renders_are_taken_by_name(folder):
    file = folder / "renders.tgz"
    with tarfile.open(file, "w:gz") as archive:
        member = tarfile.TarInfo("package/assets/1f511.webp")
        member.size = 3
        archive.addfile(member, io.BytesIO(b"key"))
    unpack(file, folder / "3d", ["1f511.webp"])
    assert (folder / "3d" / "1f511.webp").read_bytes() == b"key"
    with pytest.raises(Unavailable, match=r"renders\.tgz lacks 1f369\.webp"):
        unpack(file, folder / "3d", ["1f511.webp", "1f369.webp"])


def test_a_package_that_is_there_is_checked_and_not_fetched(monkeypatch):
    monkeypatch.setenv("PATH", "")
    content = b"a tarball"
    package = Package("@some/icons", "1.0.0", hashlib.sha256(content).hexdigest(), 1)
    (cache() / "some-icons-1.0.0.tgz").write_bytes(content)
    assert package.tarball().read_bytes() == content
    (cache() / "some-icons-1.0.0.tgz").write_bytes(b"another")
    with pytest.raises(Unavailable, match="SHA-256"):
        package.tarball()


def test_without_npm_it_says_where_to_put_the_package(folder, monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Unavailable, match=r"npm is not installed.*put that version's tarball at .*kept\.tgz"):
        npm_pack("some@1", folder, folder / "kept.tgz")


def test_a_client_that_fails_is_quoted():
    code = "import sys; sys.exit('first line\\nno route to the registry')"
    with pytest.raises(Unavailable, match=r"It cannot be had\. \(no route to the registry\)"):
        run([sys.executable, "-c", code], "It cannot be had.")


def test_drawn_subjects_are_there_without_any_network(monkeypatch, capsys):
    monkeypatch.setenv("PATH", "")
    named = [name for _, name, _ in subjects.described()]
    assert named == [name for drawings in DRAWN.values() for name in drawings]
    assert "Only drawn subjects are measured." in capsys.readouterr().err


@pytest.fixture
def fetched():
    """Both packages, in the cache, with nothing in them."""
    wanted = {name: f"<{name}/>" for names in FLAT.values() for name in names}
    (cache() / f"fluent-emoji-{VECTORS.version}.json").write_text(json.dumps(wanted))
    renders = cache() / f"fluent-emoji-3d-{RENDERS.version}"
    renders.mkdir()
    for code in (code for named in SOLID.values() for code in named.values()):
        (renders / f"{code}.webp").touch()


@pytest.mark.usefixtures("fetched")
def test_icons_come_from_the_cache_when_they_have_been_fetched(monkeypatch):
    monkeypatch.setenv("PATH", "")
    named = [name for _, name, _ in subjects.described()]
    assert named[:2] == ["key", "doughnut"]
    assert {"key-3d", "ferris-wheel-3d", "hair"} <= set(named)
    assert len(named) == len(set(named))
    assert sum(name.endswith("-3d") for name in named) == sum(map(len, SOLID.values()))
    assert icons.solid() == cache() / f"fluent-emoji-3d-{RENDERS.version}"


@pytest.mark.usefixtures("fetched")
def test_every_part_of_the_whole_holds_renders_of_each_class(monkeypatch):
    monkeypatch.setattr(subjects, "draw", art.file_of)  # nothing needs to be drawn to be chosen
    some = subjects.subjects(KINDS, every=6)
    assert {subject.kind for subject in some if subject.solid} == set(SOLID)
    assert {subject.kind for subject in some if not subject.solid} == set(KINDS)


def test_a_subset_takes_each_nth_of_every_kind(monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(subjects, "draw", art.file_of)  # nothing needs to be drawn to be chosen
    every = subjects.subjects(KINDS)
    some = subjects.subjects(KINDS, every=2)
    kinds = [subject.kind for subject in some]
    assert [kinds.count(kind) for kind in ("hole", "thin", "semi", "soft", "white")] == [2, 3, 3, 3, 2]
    assert set(some) < set(every)
    assert [one.name for one in subjects.subjects(KINDS, names=("glass", "eye"))] == ["glass", "eye"]
