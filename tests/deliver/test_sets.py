"""Platform sets in the staging folder: which files, of which drawings, and what is said of them."""

from __future__ import annotations

import json
import pickle

import pytest
from pictures import opened, photo, subject

from pipeline.deliver.process import MadeFile, PictureJob, PictureResult, process
from pipeline.deliver.sets import Drawing, SetOrder, brief_of, draw, is_opaque, outputs_of
from pipeline.errors import ProcessError
from pipeline.recipe.spec import Cutout, Icon, TargetUse
from pipeline.targets.output import Draw, Look

IMAGES = TargetUse("imageset", {"px": 40})
WEB = TargetUse("web")


@pytest.fixture
def job(tmp_path):
    """A job on a drawing of 128 px with transparency."""

    def make(picture=None, **changes) -> PictureJob:
        original = tmp_path / "original.png"
        (picture or subject(128)).save(original)
        staging = tmp_path / "staging"
        staging.mkdir()
        return PictureJob("icon", original, "png", staging, **{"targets": (IMAGES,), **changes})

    return make


def sets_of(result: PictureResult) -> dict[str, MadeFile]:
    return {file.name: file for file in result.files if file.purpose == "set"}


def test_a_set_lies_below_the_assets_name_and_its_targets(job):
    wanted = job(targets=(WEB, IMAGES), filename="kite")
    made = sets_of(process(wanted))
    assert {name.split("/")[:2][1] for name in made} == {"web", "imageset"}
    assert {name.split("/")[0] for name in made} == {"kite"}
    listed = json.loads((wanted.staging / "kite/imageset/kite.imageset/Contents.json").read_text())
    assert {image["filename"] for image in listed["images"]} == {"kite.png", "kite@2x.png", "kite@3x.png"}
    assert opened(wanted.staging / "kite/imageset/kite.imageset/kite@2x.png").size == (80, 80)
    for name, file in made.items():
        assert file.size_bytes == (wanted.staging / name).stat().st_size
        assert file.label == name.split("/")[1]


def test_texts_and_bundles_have_no_colour_and_drawings_that_of_what_they_show(job):
    made = sets_of(process(job(targets=(WEB,))))
    texts = {file.dominant_color for file in made.values() if file.format in ("ico", "html", "webmanifest")}
    assert texts == {""}
    assert len({file.dominant_color for file in made.values() if file.format == "png"}) == 1
    assert all(file.width == 0 for file in made.values() if file.format == "html")


def test_a_job_with_sets_can_travel_to_another_process(job, tmp_path):
    wanted = job(drawings=(Drawing("dark", (tmp_path / "a.png",), Cutout()),), max_kb=5)
    assert pickle.loads(pickle.dumps(wanted)) == wanted


def test_sets_are_made_of_the_cut_out(job):
    picture = photo(200, "white")
    wanted = job(picture, cutout=Cutout("key"), icons=(Icon("@1x", 24),))
    result = process(wanted)
    assert result.cutout_error == ""
    set_picture = opened(wanted.staging / "icon/imageset/icon.imageset/icon.png")
    assert set_picture.getpixel((0, 0))[3] == 0


def test_without_the_cut_out_there_are_no_sets(job):
    result = process(job(photo(200, "white"), cutout=Cutout("native"), targets=(WEB,)))
    assert result.cutout_error.count("No platform sets were made.") == 1
    assert sets_of(result) == {}


def test_without_one_of_its_drawings_there_are_no_sets_but_all_else(job, tmp_path):
    photo(64).convert("RGB").save(tmp_path / "night.png")
    broken = Drawing("dark", (tmp_path / "night.png",), Cutout("native"))
    result = process(job(drawings=(broken,), icons=(Icon("@1x", 24),)))
    assert result.cutout_error.startswith("The dark drawing of its sets: ")
    assert "No platform sets were made." in result.cutout_error
    assert [file.name for file in result.files] == ["icon.png", "icon@1x.png"]


def test_a_drawing_is_cut_out_where_it_is_to_be(tmp_path):
    photo(96, "white").save(tmp_path / "a.png")
    assert is_opaque(Drawing("background", (tmp_path / "a.png",)).load(1))
    assert not is_opaque(Drawing("small", (tmp_path / "a.png",), Cutout("key")).load(1))


def test_a_drawing_rendered_twice_is_cut_out_of_both(tmp_path):
    for ground in ("white", "black"):
        photo(96, ground).save(tmp_path / f"{ground}.png")
    files = (tmp_path / "white.png", tmp_path / "black.png")
    assert not is_opaque(Drawing("dark", files, Cutout("difference")).load(1))


def test_no_picture_of_a_set_may_be_larger_than_asked_for():
    brief = brief_of({"master": subject(64)}, "icon")
    uses = (TargetUse("android"), IMAGES)
    limits = {output.max_bytes for _, output in outputs_of(uses, brief) if isinstance(output, Draw)}
    assert limits == {0, 1024 * 1000, 1024 * 1024} & limits
    bounded = outputs_of(uses, brief, max_bytes=9_000)
    assert {output.max_bytes for _, output in bounded if isinstance(output, Draw)} == {9_000}


def test_every_picture_we_make_is_held_to_its_limit(job):
    wanted = job(photo(200), formats=("png", "webp", "jpg"), icons=(Icon("hero", 160),), max_kb=12)
    made = process(wanted).files
    assert {file.purpose for file in made} == {"original", "full", "icon", "set"}
    sizes = {file.name: file.size_bytes for file in made if file.purpose != "original"}
    assert max(sizes.values()) <= 12_000, sizes


def test_a_limit_that_cannot_be_kept_names_the_file(job):
    with pytest.raises(ProcessError, match=r"icon\.webp: ") as caught:
        process(job(photo(400), formats=("webp",), targets=(), max_kb=1))
    assert caught.value.asset == "icon"


def test_a_contact_sheet_is_drawn_when_asked_for(job):
    wanted = job(contact_sheet=True)
    sheet = process(wanted).files[-1]
    assert (sheet.name, sheet.purpose) == ("icon/contact-sheet.png", "contact-sheet")
    assert opened(wanted.staging / "icon/contact-sheet.png").size == (sheet.width, sheet.height)


def test_a_contact_sheet_stands_on_the_colour_chosen_for_a_target():
    art = {"master": subject(64)}
    plain, pink = (
        list(SetOrder((TargetUse("extension", said),), "icon", sheet=True).files(art))[-1].made.data
        for said in ({}, {"background": "#EC4899"})
    )
    assert plain != pink


def test_a_brief_says_what_there_is_to_draw_with():
    art = {"master": photo(32).convert("RGB"), "dark": subject(32), "background": photo(32)}
    brief = brief_of(art, "icon", "Lumen", "#EC4899")
    assert (brief.size, brief.opaque, brief.title, brief.background) == ((32, 32), True, "Lumen", "#EC4899")
    assert brief.slots == {"dark", "background"}
    assert brief_of({"master": subject(32)}, "icon").background == "#FFFFFF"


def test_sets_of_an_asset_are_made_once_in_one_go_and_the_same_every_time(job):
    wanted = job(targets=(WEB, IMAGES))
    first = [(file.name, file.sha256) for file in process(wanted).files]
    assert [(file.name, file.sha256) for file in process(wanted).files] == first


def test_a_file_of_one_colour_has_that_colour():
    art = {"master": subject(64)}
    uses = (TargetUse("android", {"parts": ("notification",), "notification": "ic_stat"}),)
    listed = outputs_of(uses, brief_of(art, "icon"))
    assert {file.color for file in draw(listed, art) if file.made.format == "png"} == {"#FFFFFF"}
    back = Draw("back.png", 8, 8, Look(art="background", ground="#112233", opaque=True))
    assert [file.color for file in draw([("visionos", back)], art)] == ["#112233"]
