from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, replace

import psutil
import pytest
from pictures import Deadly, Endless, photo, u2netp

from pipeline.deliver import workers as module
from pipeline.deliver.cores import cores
from pipeline.deliver.process import PictureJob, process
from pipeline.deliver.workers import Warm, answer, open_workers
from pipeline.errors import DeliveryError, ProcessError, UsageError
from pipeline.recipe.spec import Cutout, Icon

__all__ = ["u2netp"]


@pytest.fixture
def job(tmp_path):
    photo(64).save(tmp_path / "original", "png")

    def make(name="coin", **changes) -> PictureJob:
        staging = tmp_path / name
        staging.mkdir(exist_ok=True)
        return PictureJob(name, tmp_path / "original", "png", staging, formats=("png", "webp"), **changes)

    return make


def pids() -> set[int]:
    return {child.pid for child in psutil.Process().children() if "spawn_main" in " ".join(child.cmdline())}


async def test_results_are_those_of_the_same_work_done_here(job):
    async with open_workers("local:2") as workers:
        results = await asyncio.gather(*(workers.run(job(f"coin-{number}")) for number in range(5)))
    assert [result.asset for result in results] == [f"coin-{number}" for number in range(5)]
    assert replace(results[3], seconds=0) == replace(process(job("coin-3")), seconds=0)
    assert pids() == set()


async def test_processes_are_started_when_they_are_needed_and_kept(job):
    async with open_workers("local:2") as workers:
        assert pids() == set()
        await workers.run(job())
        first = pids()
        await workers.run(job())
        assert pids() == first
        assert len(first) == 1


async def test_errors_of_the_work_come_back_as_they_were_raised(job):
    lost = job("lost")
    lost.staging.rmdir()
    async with open_workers("local:1") as workers:
        with pytest.raises(DeliveryError, match="files of lost cannot be written") as caught:
            await workers.run(lost)
        assert caught.value.asset == "lost"
        assert caught.value.hint
        with pytest.raises(ProcessError, match="No such picture format") as unknown:
            await workers.run(replace(job(), formats=("bmp",)))
        assert "avif" in unknown.value.hint
        assert (await workers.run(job())).asset == "coin"


async def test_a_picture_that_kills_its_process_costs_that_picture_only(job):
    async with open_workers("local:2") as workers:
        outcomes = await asyncio.gather(
            *(workers.run(job(f"coin-{number}")) for number in range(3)),
            workers.run(Deadly(job("bomb"))),
            *(workers.run(job(f"late-{number}")) for number in range(3)),
            return_exceptions=True,
        )
    failed = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert [(type(error), error.asset) for error in failed] == [(ProcessError, "bomb")]
    assert "died twice: exit code 7" in failed[0].message


async def test_a_process_killed_from_outside_is_replaced_and_the_job_done_again(job, tmp_path):
    async with open_workers("local:1") as workers:
        assert (await workers.run(Deadly(job(), tmp_path / "died before"))).asset == "coin"
        (pid,) = pids()
        os.kill(pid, signal.SIGKILL)
        assert (await workers.run(job())).asset == "coin"
        assert pids() != {pid}


async def test_a_death_by_signal_is_named(job):
    assert module._describe(-9) == "ended by SIGKILL"
    assert module._describe(-250) == "ended by signal 250"


async def test_a_picture_that_takes_too_long_is_stopped(job):
    async with open_workers("local:1", deadline_s=0.01) as workers:
        with pytest.raises(ProcessError, match=r"longer than 0\.01 s") as caught:
            await workers.run(job("slow"))
        assert caught.value.asset == "slow"
        assert pids() == set()


async def test_a_cancelled_job_gives_its_process_back(job):
    async with open_workers("local:1") as workers:
        running = asyncio.create_task(workers.run(job("unwanted")))
        waiting = asyncio.create_task(workers.run(job("unwanted too")))
        await asyncio.sleep(0)
        running.cancel()
        waiting.cancel()
        assert (await workers.run(job("wanted"))).asset == "wanted"
        assert len(pids()) == 1


async def test_closing_stops_work_under_way(job):
    workers = open_workers("local:1")
    running = asyncio.create_task(workers.run(job()))
    await asyncio.sleep(0)
    await workers.close()
    with pytest.raises(ProcessError, match="run ended before this picture was done"):
        await running
    with pytest.raises(ProcessError, match="run ended before this picture was done"):
        await workers.run(job())
    await workers.close()
    assert pids() == set()


async def test_closing_does_not_wait_for_a_busy_process(job):
    workers = open_workers("local:1")
    endless = Endless()
    running = asyncio.create_task(workers.run(endless))
    waiting = [asyncio.create_task(workers.run(job())) for _ in range(2)]
    await asyncio.to_thread(endless.sent.wait, 10)
    await workers.close()
    for task in (running, *waiting):
        with pytest.raises(ProcessError, match="run ended"):
            await task
    assert pids() == set()


async def test_an_idle_process_that_will_not_go_is_killed(job, monkeypatch):
    monkeypatch.setattr(module, "_GOODBYE_S", 0.05)
    workers = open_workers("local:1")
    await workers.run(job())
    (pid,) = pids()
    os.kill(pid, signal.SIGSTOP)
    await workers.close()
    assert not psutil.pid_exists(pid)


@pytest.mark.usefixtures("u2netp")
async def test_a_model_can_be_asked_for_before_the_first_picture(job):
    async with open_workers("local:1") as workers:
        workers.prestart(["u2netp"])
        result = await workers.run(job(cutout=Cutout(), icons=(Icon("@1x", 24),)))
        assert result.cutout_error == ""


async def test_a_model_that_cannot_be_warmed_is_left_for_the_job_to_report(job):
    async with open_workers("local:1") as workers:
        workers.prestart(["no-such-model"])
        result = await workers.run(job(cutout=Cutout(model="no-such-model")))
    assert "No such cut-out model" in result.cutout_error


async def test_workers_do_not_hear_the_keyboard(job):
    async with open_workers("local:1") as workers:
        await workers.run(job())
        (pid,) = pids()
        os.kill(pid, signal.SIGINT)
        assert (await workers.run(job())).asset == "coin"
        assert pids() == {pid}


PARENT = """
import asyncio, os, sys, time
from pathlib import Path
from pipeline.deliver.process import PictureJob
from pipeline.deliver.workers import open_workers

async def main():
    original, staging = map(Path, sys.argv[1:])
    workers = open_workers("local:1")
    await workers.run(PictureJob("coin", original, "png", staging))
    print(workers._workers[0]._process.pid, flush=True)
    sys.stdin.read()

if __name__ == "__main__":
    asyncio.run(main())
"""


def test_a_killed_parent_leaves_no_orphan_and_workers_leave_standard_output_alone(job, tmp_path):
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    command = [sys.executable, script, job().original, job().staging]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        worker = psutil.Process(int(parent.stdout.readline()))
        os.kill(worker.pid, signal.SIGSTOP)  # at work, not listening to its pipe
        parent.kill()
        parent.wait()
        os.kill(worker.pid, signal.SIGCONT)
        worker.wait(timeout=5)
        assert parent.stdout.read() == ""  # and the pipe is closed: nobody else holds it


@dataclass(frozen=True)
class Hungry(PictureJob):
    @property
    def stem(self) -> str:
        raise MemoryError


def test_running_out_of_memory_is_an_error_of_the_picture(job):
    wanted = job()
    hungry = Hungry(wanted.asset, wanted.original, "png", wanted.staging)
    got = answer(hungry, 1)
    assert isinstance(got, ProcessError)
    assert "not enough memory" in got.message
    assert got.asset == "coin"


def test_a_surprise_is_an_error_of_the_picture_with_a_trace_to_report(job):
    got = answer(replace(job(), icons=(None,)), 1)
    assert isinstance(got, ProcessError)
    assert "Unexpected AttributeError" in got.message
    assert "report it" in got.hint
    assert "Traceback" in got.__notes__[0]


def test_warming_answers_with_nothing():
    assert answer(Warm(), 1) is None


@pytest.mark.parametrize(
    "spec", ["local", "local:", "local:0", "local:-1", "local:1000", "dask://host:1", "4"]
)
def test_another_spelling_is_a_usage_error(spec):
    with pytest.raises(UsageError, match="Not a place for workers") as caught:
        open_workers(spec)
    assert "local:2" in caught.value.hint


async def test_systems_without_signal_masks_or_affinity_work_too(job, monkeypatch):
    monkeypatch.delattr(signal, "pthread_sigmask")
    monkeypatch.delattr(os, "sched_getaffinity")
    assert cores() == (os.cpu_count() or 1)
    async with open_workers("local:1") as workers:
        assert (await workers.run(job())).asset == "coin"


def test_by_default_there_are_as_many_as_cores_up_to_four():
    assert open_workers().count == min(cores(), 4)
    assert open_workers("local:3").count == 3
