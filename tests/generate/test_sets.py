"""Other drawings for platform sets: bought beside the asset they are for, waited for before delivery."""

from __future__ import annotations

from dataclasses import replace

from builders import asset
from service import Script
from stage import Stage

from pipeline import digest
from pipeline.generate.job import Bought, Delivery, Job
from pipeline.generate.provider import TaskStatus
from pipeline.recipe.spec import Art, Picture, TargetUse

NIGHT = Picture("asset", "night")
ICON = replace(asset("icon", prompt="icon"), targets=(TargetUse("ios"),), art=(Art("dark", (NIGHT,)),))
DARK = asset("night", prompt="night")


class Witness(Stage):
    """Keeps what the deliveries were given."""

    seen: dict[str, tuple[Job, Bought]]

    async def _deliver(self, job: Job, bought: Bought) -> Delivery:
        self.seen[job.asset.name] = (job, bought)
        return await super()._deliver(job, bought)


def test_a_drawing_is_bought_at_the_same_time_and_delivered_with_its_content(tmp_path) -> None:
    stage = Witness(tmp_path)
    stage.seen = {}
    stage.service.scripts["night"] = Script(latency_s=100.0)
    outcomes = stage.run(ICON, DARK)
    assert [outcomes[name].status for name in ("icon", "night")] == ["delivered", "delivered"]
    at = {made.prompt: made.at for made in stage.service.made.values()}
    assert at["icon"] < 20.0, "its create did not wait for the drawing"
    assert outcomes["icon"].seconds > 90.0
    job, bought = stage.seen["icon"]
    assert bought.art == {NIGHT: stage.store.path(stage.delivered["night"])}
    assert job.asset.art[0].sha256 == (stage.delivered["night"].sha256,)
    stage.journal.close()


def test_a_file_is_given_as_it_lies(tmp_path) -> None:
    mark = Picture("file", "mark.png", tmp_path / "mark.png")
    mark.path.write_bytes(b"mark")
    stage = Witness(tmp_path)
    stage.seen, stage.file_digests = {}, {mark: digest.of_bytes(b"mark")}
    stage.run(replace(ICON, art=(Art("small", (mark,)),)))
    job, bought = stage.seen["icon"]
    assert bought.art == {mark: mark.path}
    assert job.asset.art[0].sha256 == (digest.of_bytes(b"mark"),)
    stage.journal.close()


def test_without_its_drawing_an_asset_is_paid_for_kept_and_not_delivered(stage: Stage) -> None:
    stage.service.scripts["night"] = Script(ends=TaskStatus("fail"))
    outcomes = stage.run(ICON, DARK)
    assert (outcomes["night"].status, outcomes["icon"].status) == ("failed", "skipped")
    assert outcomes["icon"].error.message == "night was not made, and is drawn into its sets: see there"
    stage.service.scripts.clear()
    again = stage.run(ICON, DARK)
    assert [again[name].status for name in ("icon", "night")] == ["delivered", "delivered"]
    assert len(stage.service.created("icon")) == 1
