from __future__ import annotations

import json

import httpx
import pytest
from starlette.responses import Response

from pipeline.providers.kie.wire import CREATE_PATH, RECORD_PATH, TaskRecord
from pipeline.sandbox import still
from pipeline.sandbox.faults import Failure, Fate, NoFaults
from pipeline.sandbox.results import TINY_PNG


async def test_a_task_goes_from_waiting_to_a_file(start):
    service = start()
    task_id = await service.create()
    waiting = (await service.record(task_id))["data"]
    assert waiting["state"] == "waiting"
    assert waiting["resultJson"] == ""
    assert waiting["failCode"] is None
    assert waiting["completeTime"] is None
    assert waiting["costTime"] is None
    assert waiting["creditsConsumed"] == 18
    [url] = await service.results(task_id)
    done = (await service.record(task_id))["data"]
    assert done["state"] == "success"
    assert done["failCode"] == ""
    assert done["completeTime"] - done["createTime"] == pytest.approx(done["costTime"], abs=1)
    assert done["updateTime"] == done["completeTime"]
    assert (await service.http.get(url)).content.startswith(b"\x89PNG")


async def test_states_come_in_order_and_the_client_understands_them(start):
    service = start()
    task_id = await service.create()
    ledger = await service.ledger()
    step, seen = ledger["creates"][0]["latency_s"] / 10, []
    for _ in range(12):
        record = TaskRecord.parse((await service.record(task_id))["data"])
        assert record is not None
        seen.append(record.state)
        service.clock.now += step
    assert list(dict.fromkeys(seen)) == ["waiting", "queuing", "generating", "success"]


async def test_param_repeats_the_create_as_a_string(start):
    service = start()
    task_id = await service.create(aspect_ratio="16:9")
    param = json.loads((await service.record(task_id))["data"]["param"])
    assert param["model"] == "nano-banana-pro"
    assert param["input"]["aspect_ratio"] == "16:9"


async def test_ids_are_opaque_hex_given_twice(start):
    data = (await start().submit())["data"]
    assert data["taskId"] == data["recordId"]
    assert len(data["taskId"]) == 32
    int(data["taskId"], 16)


async def test_latency_is_skewed_repeatable_and_around_the_median(start):
    async def latencies(seed):
        service = start(seed=seed, window_creates=999, latency_s=10.0)
        for _ in range(101):
            await service.create()
        return [entry["latency_s"] for entry in (await service.ledger())["creates"]]

    first = await latencies(1)
    assert first == await latencies(1) != await latencies(2)
    ordered = sorted(first)
    assert 8 < ordered[50] < 12
    assert ordered[-1] - ordered[50] > ordered[50] - ordered[0]


async def test_the_older_paths_work_too(start):
    service = start()
    body = {"model": "z-image", "input": {"prompt": "a heart", "aspect_ratio": "1:1"}}
    task_id = (await service.post("/api/v1/playground/createTask", body))["data"]["taskId"]
    assert (await service.get("/api/v1/playground/recordInfo", taskId=task_id))["data"]["taskId"] == task_id


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "sandbox"}])
@pytest.mark.parametrize("path", [CREATE_PATH, "/api/file-stream-upload", "/api/v1/common/download-url"])
async def test_without_the_key_nothing_is_accepted(start, headers, path):
    service = start()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(service.app), base_url="http://s") as stranger:
        answer = await stranger.post(path, json={}, headers=headers)
    assert answer.status_code == 200
    assert answer.json() == {"code": 401, "msg": "You do not have access permissions", "data": None}
    assert (await service.ledger())["creates"] == []


async def test_an_unknown_task_is_an_answer_not_an_http_error(start):
    answer = await start().http.get(RECORD_PATH, params={"taskId": "f" * 32})
    assert answer.status_code == 200
    assert answer.json() == {"code": 422, "msg": "recordInfo is null", "data": None}


async def test_a_new_task_may_stay_unknown_for_a_while(start):
    service = start(visible_after_s=5)
    task_id = await service.create()
    assert (await service.record(task_id))["code"] == 422
    service.clock.now += 5
    assert (await service.record(task_id))["code"] == 200


async def test_a_record_without_an_id_is_refused(start):
    assert (await start().get(RECORD_PATH))["code"] == 400


@pytest.mark.parametrize(
    ("body", "code", "text"),
    [
        ({"model": "nano-banana", "input": {}}, 422, "The model name you specified is not supported"),
        ({"input": {"prompt": "x"}}, 422, "The model name you specified is not supported"),
        ({"model": "nano-banana-pro"}, 500, "input is required"),
        ({"model": "nano-banana-pro", "input": {}}, 500, "prompt is required"),
        ({"model": "z-image", "input": {"prompt": "x"}}, 500, "aspect_ratio is required"),
        ({"model": "nano-banana-pro", "input": {"prompt": "x", "resolution": "9K"}}, 422, "9K"),
        ({"model": "nano-banana-pro", "input": {"prompt": "x" * 20_001}}, 422, "20"),
        ([], 400, "not a JSON object"),
    ],
)
async def test_wrong_requests_are_refused_and_cost_nothing(start, body, code, text):
    service = start()
    answer = await service.post(CREATE_PATH, body)
    assert answer["code"] == code
    assert text in answer["msg"]
    assert answer["data"] is None
    assert await service.balance() == 10_000
    assert (await service.ledger())["creates"] == []


async def test_missing_fields_are_named_before_wrong_ones(start):
    answer = await start().submit("z-image", prompt="", aspect_ratio="7:7")
    assert answer["msg"] == "prompt is required"


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"duration": "7"}, "duration does not take"),
        ({"duration": 5}, "duration must be text"),
        ({"resolution": "4K"}, "resolution does not take"),
        ({"camera_fixed": "yes"}, "camera_fixed must be true or false"),
        ({"image_url": ""}, "image_url is required"),
    ],
)
async def test_videos_are_refused_for_what_the_model_does_not_take(start, inputs, said):
    good = {"image_url": "https://x.test/a.png", "prompt": "slow orbit", "duration": "5"}
    answer = await start().submit("bytedance/v1-pro-image-to-video", **{**good, **inputs})
    assert answer["code"] != 200
    assert said in answer["msg"]


@pytest.mark.parametrize(("vary", "pictures"), [(False, 1), (True, 3)])
async def test_the_same_request_again_gives_another_picture_only_where_that_is_asked_for(
    start, vary, pictures
):
    service = start(picture="painted", vary=vary)
    tasks = [await service.create() for _ in range(3)]
    results = [(await service.results(task))[0] for task in tasks]
    files = [(await service.http.get(url)).content for url in results]
    assert len(set(files)) == pictures
    other = start(picture="painted")
    assert (await other.http.get((await other.results(await other.create()))[0])).content == files[0]


async def test_a_video_is_served_as_one(start):
    service = start()
    task_id = await service.create(
        "bytedance/v1-pro-image-to-video", image_url="https://x.test/a.png", prompt="slow orbit"
    )
    [url] = await service.results(task_id)
    answer = await service.http.get(url)
    assert url.endswith("/0.mp4")
    assert answer.headers["content-type"] == "video/mp4"
    assert answer.content == still.tiny()


async def test_unknown_inputs_and_empty_lists_are_ignored(start):
    assert await start().create(image_input=[], google_search=True)


async def test_creates_fill_a_true_sliding_window(start):
    service = start()
    for _ in range(20):
        await service.create()
        service.clock.now += 0.25
    service.clock.now += 4.99
    answer = await service.http.post(CREATE_PATH, json={"model": "nano-banana-pro", "input": {"prompt": "x"}})
    assert answer.status_code == 429
    assert answer.json()["code"] == 429
    service.clock.now += 0.02
    await service.create()
    assert (await service.submit())["code"] == 429
    ledger = await service.ledger()
    assert len(ledger["creates"]) == 21
    assert ledger["refused"] == {"429": 2}
    assert ledger["window_peak"] == 20


async def test_credits_are_charged_at_creation(start):
    service = start(credits=20)
    await service.create()
    assert await service.balance() == 2
    refused = await service.submit()
    assert refused["code"] == 402
    assert "Credits insufficient" in refused["msg"]
    assert await service.balance() == 2


async def test_a_model_without_a_published_price_costs_the_fallback(start):
    own = {"own/model": {"inputs": {"prompt*": {}}}}
    service = start(credits=100, fallback_credits=7.5, models=own)
    await service.create("own/model")
    assert await service.balance() == 92.5


class Unlucky(NoFaults):
    def fate(self, request):
        return Fate(failure=Failure("500", "Internal server error"))


async def test_a_failed_task_is_refunded_when_it_ends(start):
    service = start(faults=Unlucky(), credits=100)
    task_id = await service.create()
    assert await service.balance() == 82
    assert (await service.record(task_id))["data"]["failCode"] is None
    service.clock.now += 60
    data = (await service.record(task_id))["data"]
    assert (data["state"], data["failCode"], data["failMsg"]) == ("fail", "500", "Internal server error")
    assert data["resultJson"] == ""
    assert data["creditsConsumed"] == 0
    assert await service.balance() == 100
    assert (await service.http.get(f"/files/{task_id}/0.png")).status_code == 404


class Rude(NoFaults):
    def on_create(self, request):
        return Response("no", 503) if "coin" not in request.input["prompt"] else None

    def on_record(self, task):
        return Response("{", 200, {"X-Fault": "record"})

    def on_download(self, task, index):
        return lambda file: Response(file[:9])


async def test_faults_may_answer_at_each_step(start):
    service = start(faults=Rude())
    task_id = await service.create()
    body = {"model": "nano-banana-pro", "input": {"prompt": "x"}}
    assert (await service.http.post(CREATE_PATH, json=body)).status_code == 503
    service.clock.now += 60
    assert len((await service.ledger())["creates"]) == 1
    record = await service.http.get(RECORD_PATH, params={"taskId": task_id})
    assert (record.text, record.headers["X-Fault"]) == ("{", "record")
    assert (await service.http.get(f"/files/{task_id}/0.png")).content == TINY_PNG[:9]


async def test_errors_may_come_as_http_statuses_with_message(start):
    service = start(http_errors=True, message_field="message")
    answer = await service.http.get(RECORD_PATH, params={"taskId": "nothing"})
    assert answer.status_code == 422
    assert answer.json()["message"] == "recordInfo is null"


async def test_cost_time_may_be_in_seconds(start):
    service = start(cost_time_unit="s", latency_s=10)
    task_id = await service.create()
    service.clock.now += 100
    assert 1 < (await service.record(task_id))["data"]["costTime"] < 60


async def test_results_are_fetched_without_a_key_and_the_default_python_agent_is_refused(start):
    service = start()
    [url] = await service.results(await service.create())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(service.app)) as stranger:
        assert (await stranger.get(url)).status_code == 200
        refused = await stranger.get(url, headers={"User-Agent": "Python-urllib/3.11"})
    assert refused.status_code == 403
    assert (await service.ledger())["keys_sent_to_files"] == 0
    await service.http.get(url)
    assert (await service.ledger())["keys_sent_to_files"] == 1


async def test_results_expire_and_a_download_link_brings_them_back_for_a_while(start):
    service = start()
    [url] = await service.results(await service.create())
    service.clock.now += 24 * 3600
    assert (await service.http.get(url)).status_code == 404
    link = (await service.post("/api/v1/common/download-url", {"url": url}))["data"]
    assert (await service.http.get(link)).status_code == 200
    assert (await service.http.get(link.replace("signature=", "signature=0"))).status_code == 404
    service.clock.now += 20 * 60 + 1
    assert (await service.http.get(link)).status_code == 404


@pytest.mark.parametrize("url", ["https://example.com/a.png", "", "http://sandbox.test/files/x/0.png"])
async def test_download_links_are_for_own_results_only(start, url):
    assert (await start().post("/api/v1/common/download-url", {"url": url}))["code"] == 422


@pytest.mark.parametrize("name", ["1.png", "x.png", "-1.png"])
async def test_only_results_that_exist_are_served(start, name):
    service = start()
    task_id = await service.create()
    assert (await service.http.get(f"/files/{task_id}/0.png")).status_code == 404
    service.clock.now += 60
    assert (await service.http.get(f"/files/{task_id}/{name}")).status_code == 404


async def test_several_pictures_and_jpeg_names(start):
    service = start()
    assert (
        len(await service.results(await service.create("bytedance/seedream-v4-text-to-image", max_images=3)))
        == 3
    )
    [url] = await service.results(await service.create("nano-banana-2"))
    assert url.endswith("/0.jpeg")


async def test_result_urls_repeat_the_host_when_no_base_is_known(start):
    from pipeline.sandbox.app import create_app

    service = start()
    app = create_app(clock=service.clock)
    transport = httpx.ASGITransport(app)
    headers = {"Authorization": "Bearer sandbox"}
    async with httpx.AsyncClient(transport=transport, base_url="http://here:81", headers=headers) as client:
        body = {"model": "nano-banana-pro", "input": {"prompt": "x"}}
        task_id = (await client.post(CREATE_PATH, json=body)).json()["data"]["taskId"]
        service.clock.now += 60
        data = (await client.get(RECORD_PATH, params={"taskId": task_id})).json()["data"]
    assert json.loads(data["resultJson"])["resultUrls"][0].startswith("http://here:81/files/")


async def test_the_ledger_tells_every_create_and_counts_every_request(start):
    service = start()
    task_id = await service.create(aspect_ratio="9:16")
    await service.record(task_id)
    await service.record(task_id)
    ledger = await service.ledger()
    [entry] = ledger["creates"]
    assert entry["taskId"] == task_id
    assert entry["request"]["input"]["aspect_ratio"] == "9:16"
    assert entry["charged"] == 18
    assert ledger["credits"] == 9982
    assert ledger["requests"]["GET /api/v1/jobs/recordInfo"] == 2
    assert ledger["requests"]["POST /api/v1/jobs/createTask"] == 1
