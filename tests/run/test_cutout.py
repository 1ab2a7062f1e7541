from __future__ import annotations

from pathlib import Path

import pytest
from pictures import opened, photo

from pipeline.deliver.cutouts import CutoutJob, CutoutResult
from pipeline.deliver.stamp import is_stamped, stamp
from pipeline.errors import DeliveryError, ProcessError
from pipeline.picture.encode import encode
from pipeline.recipe.spec import Cutout
from pipeline.run.batch import gather
from pipeline.run.cutout import cut_all, nothing

PNG = encode(photo(16), "png")
OURS = stamp(PNG)


class Bench:
    """Workers that do no more than write the picture they were given; some they refuse."""

    def __init__(self, refuse=(), meanwhile=lambda: None):
        self.refuse, self.meanwhile, self.closed, self.jobs = refuse, meanwhile, False, []

    async def cut(self, job: CutoutJob) -> CutoutResult:
        self.jobs.append(job)
        if job.asset in self.refuse:
            raise ProcessError("It is no picture.", hint="Draw one.", asset=job.asset)
        for file in filter(None, (job.staging, job.sheet)):
            file.write_bytes(OURS)
        self.meanwhile()
        return CutoutResult(job.asset, "key", 16, 16, len(OURS), 0.9, 2, 0.01, warnings=("look",))

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        self.closed = True


@pytest.fixture
def batch(tree):
    def make(**options):
        root = tree({"a.png": PNG, "b.png": PNG})
        paths = [root.__class__("a.png"), root.__class__("b.png")]
        return gather(paths, root.__class__("out"), folder=root, **options)

    return make


async def test_results_are_moved_into_place_and_told(batch):
    told, bench, one = [], Bench(), batch(compare=True)
    assert await cut_all(one, Cutout(), bench, told.append)
    assert bench.closed
    assert sorted(path.name for path in one.output.iterdir()) == [
        "a-compare.png",
        "a-nobg.png",
        "b-compare.png",
        "b-nobg.png",
    ]
    assert opened(one.output / "a-nobg.png").size == (16, 16)
    assert [event.type for event in told] == [
        "cutout-started",
        "cutout-done",
        "cutout-done",
        "cutout-finished",
    ]
    assert told[0].data == {"pictures": 2, "output": "out", "left_out": []}
    [first] = [event for event in told[1:3] if event.asset == "a.png"]  # either may be done first
    assert first.to_json() == {
        "event": "cutout-done",
        "asset": "a.png",
        "second": None,
        "output": "out/a-nobg.png",
        "compare": "out/a-compare.png",
        "method": "key",
        "width": 16,
        "height": 16,
        "size_bytes": len(OURS),
        "confidence": 0.9,
        "holes": 2,
        "fringe": 0.01,
        "backdrop": "",
        "warnings": ("look",),
        "seconds": 0.0,
    }
    assert told[-1].data == {"done": 2, "failed": 0}


async def test_one_bad_picture_does_not_stop_the_others(batch):
    told, one = [], batch()
    assert not await cut_all(one, Cutout(), Bench(refuse={"a.png"}), told.append)
    assert [path.name for path in one.output.iterdir()] == ["b-nobg.png"]
    [failed] = [event for event in told if event.type == "cutout-failed"]
    assert (failed.asset, failed.data) == ("a.png", {"message": "It is no picture.", "hint": "Draw one."})
    assert told[-1].data == {"done": 1, "failed": 1}


async def test_a_file_that_turns_up_meanwhile_is_kept(batch):
    told, one = [], batch()
    await cut_all(
        one,
        Cutout(),
        Bench(meanwhile=lambda: (one.output / "a-nobg.png").write_text("theirs")),
        told.append,
    )
    assert (one.output / "a-nobg.png").read_text() == "theirs"
    assert is_stamped(one.output / "b-nobg.png")
    assert told[-1].data == {"done": 1, "failed": 1}


async def test_a_folder_that_cannot_be_made_is_an_error(batch):
    one = batch()
    one.output.write_text("a file has taken its place")
    with pytest.raises(DeliveryError, match="cannot be written"):
        await cut_all(one, Cutout(), Bench(), lambda _: None)


async def test_what_cannot_be_written_is_not_said_to_be_paid_for(batch):
    one = batch()
    one.output.write_text("a file has taken its place")
    with pytest.raises(DeliveryError) as caught:
        await cut_all(one, Cutout(), Bench(), lambda _: None)
    assert "paid" not in caught.value.hint
    assert caught.value.hint.endswith("The picture itself is untouched.")


async def test_what_a_killed_run_left_is_swept_and_nothing_of_this_one_stays(batch):
    one = batch()
    left = one.output / ".pipeline-cutout-left"
    left.mkdir(parents=True)
    (left / "lock").touch()
    assert await cut_all(one, Cutout(), Bench(), lambda _: None)
    assert sorted(path.name for path in one.output.iterdir()) == ["a-nobg.png", "b-nobg.png"]


async def test_a_name_that_is_no_text_is_told_in_letters(tree):
    root, told = tree({"a.png": PNG}), []
    batch = gather([Path("a.png")], Path("out\udcff"), folder=root)
    await cut_all(batch, Cutout(), Bench(), told.append)
    assert (told[0].data["output"], told[1].data["output"]) == ("out?", "out?/a-nobg.png")


def test_nothing_to_do_is_told_as_well(batch):
    told = []
    nothing(batch(), told.append)
    assert [event.type for event in told] == ["cutout-started", "cutout-finished"]


async def test_both_renders_of_a_pair_are_handed_over_and_named(tree):
    root = tree({"a-white.png": PNG, "a-black.png": PNG})
    folder = root.__class__
    told, bench = [], Bench()
    await cut_all(
        gather([folder("a-white.png")], folder("out"), folder=root, in_pairs=True),
        Cutout(),
        bench,
        told.append,
    )
    [job] = bench.jobs
    assert (job.source.name, job.black.name) == ("a-white.png", "a-black.png")
    assert (told[1].asset, told[1].data["second"]) == ("a-white.png", "a-black.png")
    assert told[1].data["output"] == "out/a-nobg.png"
