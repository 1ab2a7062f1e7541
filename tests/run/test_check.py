from __future__ import annotations

import json
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from builders import asset, recipe
from pictures import photo, subject

from pipeline.deliver import manifest
from pipeline.deliver.process import PictureJob, process
from pipeline.deliver.rules import FILES
from pipeline.errors import UsageError
from pipeline.picture.cutout.quality import Quality
from pipeline.recipe.expectations import Expectations
from pipeline.recipe.spec import Cutout, Icon
from pipeline.run.check import Scope, check, of_file, of_folder, of_recipe
from pipeline.run.places import Places

COIN = asset("coin", icons=(Icon("24", 24),))
GEM = asset("gem", cutout=Cutout())


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """What a run of a recipe with a coin and a badly cut gem leaves."""
    folder = tmp_path / "output" / "icons"
    folder.mkdir(parents=True)
    photo(48).save(tmp_path / "original.png")
    coin = process(PictureJob("coin", tmp_path / "original.png", "png", folder, icons=COIN.icons))
    subject(48).save(folder / "gem-nobg.png")
    gem = process(PictureJob("gem", tmp_path / "original.png", "png", folder))
    gem = replace(gem, cutout_method="key", cutout_quality=Quality(0.2, 0, 0.0, ""))
    entries = {result.asset: manifest.describe(result, "") for result in (coin, gem)}
    (folder / manifest.NAME).write_text(manifest.to_text("recipes/icons.yaml", entries))
    (folder / "gem-nobg.png").unlink()
    return folder


def said(scope: Scope, threads: int = 1) -> list[tuple[str, str, str]]:
    return [(one.severity, one.rule, one.file or one.asset) for one in check(scope, threads)]


def delivered(root: Path, *assets) -> Scope:
    return of_recipe(recipe(root, *assets), Places(root))


def test_what_a_recipe_delivered_is_looked_at(tmp_path, output):
    scope = delivered(tmp_path, COIN, GEM)
    assert [look.name for look in scope.files] == [
        "output/icons/coin.png",
        "output/icons/coin-24.png",
        "output/icons/gem.png",
    ]
    assert said(scope) == [("warning", "cutout-doubtful", "gem")]
    assert {finding.recipe for finding in check(scope, 1)} == {"recipes/icons.yaml"}


def test_only_assets_the_recipe_has_now_are(tmp_path, output):
    scope = delivered(tmp_path, COIN)
    assert (said(scope), [one.name for one in scope.assets]) == ([], ["coin"])


def test_an_asset_that_is_not_delivered_yet(tmp_path, output):
    assert said(delivered(tmp_path, COIN, asset("badge"))) == [("warning", "delivered", "badge")]


def test_a_cut_out_that_the_recipe_asks_for_and_that_was_not_made(tmp_path, output):
    cut_coin = asset("coin", cutout=Cutout())
    assert said(delivered(tmp_path, cut_coin)) == [("error", "cutout-missing", "coin")]
    video = asset("coin", cutout=Cutout(), kind="video")
    assert said(delivered(tmp_path, video)) == []


def test_what_the_recipe_asks_of_the_full_size_result(tmp_path, output):
    asked = asset("coin", icons=COIN.icons, checks=Expectations(min_px=49))
    [finding] = check(delivered(tmp_path, asked), 1)
    assert (finding.rule, finding.file) == ("checks", "output/icons/coin.png")
    assert finding.message == "is 48 × 48 px, and at least 49 px a side are asked for"
    assert said(delivered(tmp_path, replace(asked, cutout=Cutout()))) == [("error", "cutout-missing", "coin")]


def test_a_file_that_is_gone(tmp_path, output):
    (output / "coin-24.png").unlink()
    [finding] = check(delivered(tmp_path, COIN), 1)
    assert (finding.severity, finding.rule, finding.file) == (
        "error",
        "delivered",
        "output/icons/coin-24.png",
    )


@pytest.mark.parametrize("name", ["../../original.png", "/etc/hostname", "a\0b", "loop/loop", "x" * 300])
def test_a_manifest_leads_nowhere_else(tmp_path, output, name):
    (output / "loop").symlink_to("loop")
    listed = {"version": 1, "assets": {"coin": {"files": [{"file": name}]}}}
    (output / manifest.NAME).write_text(json.dumps(listed))
    scope = delivered(tmp_path, COIN)
    assert scope.files == []
    assert [(one.rule, one.message) for one in check(scope, 1)] == [("delivered", "is missing")]


def test_a_recipe_that_was_never_run(tmp_path):
    [finding] = check(delivered(tmp_path, COIN), 1)
    assert (finding.severity, finding.file) == ("warning", "output/icons/manifest.json")
    assert finding.hint == "Make it: pipeline run recipes/icons.yaml"


def test_a_manifest_nobody_can_read(tmp_path, output):
    (output / manifest.NAME).write_text("<<<<<<< HEAD")
    [finding] = check(delivered(tmp_path, COIN), 1)
    assert (finding.severity, finding.message) == ("error", "is not a manifest as a run writes it")


def test_a_folder_is_looked_at_with_what_manifests_in_it_say(tmp_path, output):
    photo(32).save(tmp_path / "output" / "loose.png")
    (output / "coin.png").unlink()
    scope = of_folder(tmp_path / "output", Path("output"))
    assert [(look.name, look.asset) for look in scope.files] == [
        ("output/icons/coin-24.png", "coin"),
        ("output/icons/gem.png", "gem"),
        ("output/loose.png", ""),
    ]
    assert said(scope) == [
        ("error", "delivered", "output/icons/coin.png"),
        ("warning", "cutout-doubtful", "gem"),
    ]


def test_a_manifest_nobody_can_read_in_a_folder(tmp_path, output):
    (output / manifest.NAME).write_text("<<<<<<< HEAD")
    findings = list(check(of_folder(tmp_path / "output", Path("output")), 1))
    assert [(one.severity, one.rule, one.file) for one in findings] == [
        ("error", "delivered", "output/icons/manifest.json")
    ]
    assert findings[0].message == "is not a manifest as a run writes it"


def test_of_a_folder_only_pictures_and_what_is_called_one_are_looked_at(tmp_path):
    (tmp_path / "a" / ".hidden").mkdir(parents=True)
    photo(32).save(tmp_path / "a" / ".hidden" / "x.png")
    photo(32).save(tmp_path / "a" / ".x.png")
    photo(32).save(tmp_path / "a" / "without-extension", "png")
    (tmp_path / "a" / "Contents.json").write_text("{}")
    (tmp_path / "a" / "manifest.json").write_text('{"name": "somebody\'s own"}')
    (tmp_path / "a" / "PAGE.PNG").write_text("<html>")
    (tmp_path / "outside.png").write_text("secret")
    (tmp_path / "a" / "link.png").symlink_to(tmp_path / "outside.png")
    scope = of_folder(tmp_path / "a", Path("a"))
    assert sorted(look.name for look in scope.files) == ["a/PAGE.PNG", "a/without-extension"]
    assert said(scope) == [("error", "readable", "a/PAGE.PNG")]


def test_a_file_nobody_may_read_is_passed_over_unless_it_is_called_a_picture(tmp_path, monkeypatch):
    for name in ("secret", "secret.png"):
        (tmp_path / name).write_text("")

    def refuse(path, *_):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", refuse)
    scope = of_folder(tmp_path, Path())
    assert [(one.file, one.message) for one in check(scope, 1)] == [
        ("secret.png", "the file cannot be read: Permission denied")
    ]


def test_a_folder_that_is_gone(tmp_path):
    with pytest.raises(UsageError, match="shown cannot be listed: No such file"):
        of_folder(tmp_path / "gone", Path("shown"))


def test_one_file_is_held_to_nothing_that_was_written_of_it(output):
    scope = of_file(output / "coin.png", Path("coin.png"))
    assert [(look.name, look.listed) for look in scope.files] == [("coin.png", None)]
    assert said(scope) == []


def test_findings_come_in_the_order_of_files_however_many_work(tmp_path):
    for number in range(12):
        (tmp_path / f"{number:02}.png").write_text("<html>")
    scope = of_folder(tmp_path, Path())
    assert said(scope, 1) == said(scope, 3)
    assert [name for _, _, name in said(scope, 3)] == [f"{number:02}.png" for number in range(12)]


def test_files_are_looked_at_side_by_side(tmp_path, monkeypatch):
    together = threading.Barrier(2, timeout=20)
    monkeypatch.setitem(FILES, "together", lambda _look: () * together.wait())
    for number in range(4):
        photo(16).save(tmp_path / f"{number}.png")
    assert said(of_folder(tmp_path, Path()), 2) == []


def test_whoever_stops_listening_is_not_worked_for(tmp_path, monkeypatch):
    looked: list[str] = []
    monkeypatch.setitem(FILES, "counted", lambda look: looked.append(look.name) or [])
    for number in range(20):
        photo(16, "red").save(tmp_path / f"{number:02}.png")
    (tmp_path / "00.png").write_text("<html>")
    findings = check(of_folder(tmp_path, Path()), 1)
    next(findings)
    findings.close()
    assert len(looked) < 10


def test_scopes_are_joined(output):
    one, other = of_file(output / "coin.png", Path("a")), of_file(output / "gem.png", Path("b"))
    assert [look.name for look in Scope.joined([one, other]).files] == ["a", "b"]


def write(root: Path, files: dict) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str):
            path.write_text(content)
        else:
            content.save(path)
    return root


def test_sets_in_a_folder_are_looked_at_as_a_whole(tmp_path):
    root = write(
        tmp_path / "site", {"a.webmanifest": '{"icons": [{"src": "lost.png"}]}', "a@2x.png": photo(64)}
    )
    assert said(of_folder(root, Path("site"))) == [
        ("error", "web-manifest", "site/a.webmanifest"),
        ("warning", "web-manifest", "site/a.webmanifest"),
        ("warning", "web-manifest", "site/a.webmanifest"),
        ("warning", "scales", "site/a@2x.png"),
    ]


def test_what_a_link_leads_out_to_is_not_part_of_a_set(tmp_path):
    photo(20).save(tmp_path / "outside.png")
    root = write(tmp_path / "site", {"a@2x.png": photo(64)})
    (root / "a.png").symlink_to(tmp_path / "outside.png")
    assert said(of_folder(root, Path("site"))) == [("warning", "scales", "site/a@2x.png")]


def test_icons_of_several_sizes_are_files_to_look_at(tmp_path):
    write(tmp_path, {"a.ico": "<html>", "b": "icns" + "\0" * 8})
    assert said(of_folder(tmp_path, Path())) == [("error", "readable", "a.ico"), ("error", "readable", "b")]
    assert said(of_file(tmp_path / "a.ico", Path("a.ico"))) == [("error", "readable", "a.ico")]


def test_the_sets_of_a_recipe_s_assets_are_looked_at(tmp_path, output):
    files = {
        "coin/ios/AppIcon.appiconset/Contents.json": '{"images": [{"filename": "lost.png"}]}',
        "coin/web/site.webmanifest": "{",
    }
    write(output, files)
    listed = json.loads((output / manifest.NAME).read_text())
    listed["assets"]["coin"]["files"] += [
        {"file": name, "purpose": "set", "label": name.split("/")[1]} for name in files
    ]
    (output / manifest.NAME).write_text(json.dumps(listed))
    scope = delivered(tmp_path, COIN)
    assert [tree.root.relative_to(output).as_posix() for tree in scope.folders] == ["coin/ios", "coin/web"]
    found = [(one.rule, one.file, one.asset, one.recipe) for one in check(scope, 1)]
    assert found == [
        (
            "asset-catalog",
            "output/icons/coin/ios/AppIcon.appiconset/lost.png",
            "coin",
            "recipes/icons.yaml",
        ),
        ("web-manifest", "output/icons/coin/web/site.webmanifest", "coin", "recipes/icons.yaml"),
    ]


def test_a_set_of_an_older_manifest_is_the_folder_its_files_are_in(tmp_path, output):
    write(output, {"coin/web/site.webmanifest": "{"})
    listed = json.loads((output / manifest.NAME).read_text())
    listed["assets"]["coin"]["files"].append({"file": "coin/web/site.webmanifest", "purpose": "set"})
    (output / manifest.NAME).write_text(json.dumps(listed))
    [tree] = delivered(tmp_path, COIN).folders
    assert tree.root == output / "coin/web"


def test_of_a_folder_of_too_many_files_the_rest_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr("pipeline.run.check.MAX_FILES", 3)
    write(tmp_path, {f"{place}/{number}.png": "<html>" for place in "abc" for number in range(2)})
    scope = of_folder(tmp_path, Path("all"))
    assert [look.name for look in scope.files] == ["all/a/0.png", "all/a/1.png", "all/b/0.png"]
    assert [(one.severity, one.rule, one.file) for one in scope.known] == [("warning", "readable", "all/b")]


def test_scopes_are_joined_with_their_folders(output):
    folders = [of_folder(output, Path(name)) for name in "ab"]
    assert [tree.shown for tree in Scope.joined(folders).folders] == ["a", "b"]
