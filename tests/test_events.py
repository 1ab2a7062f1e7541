from __future__ import annotations

import dataclasses
import json

import pytest

from pipeline.events import Event, ignore


def test_an_event_is_one_flat_object():
    event = Event("asset-state", "icons", "coin", {"state": "submitted", "task_id": "t"})
    assert event.to_json() == {
        "event": "asset-state",
        "recipe": "icons",
        "asset": "coin",
        "state": "submitted",
        "task_id": "t",
    }
    assert list(event.to_json())[:3] == ["event", "recipe", "asset"]


def test_an_event_of_the_whole_run_names_no_asset():
    event = Event("run-finished", data={"delivered": 3})
    assert json.loads(json.dumps(event.to_json())) == {"event": "run-finished", "delivered": 3}


def test_an_event_does_not_change_and_shares_nothing():
    event = Event("warning")
    with pytest.raises(dataclasses.FrozenInstanceError):
        event.asset = "coin"
    assert event.data is not Event("warning").data


def test_a_listener_may_ignore_everything():
    assert ignore(Event("warning")) is None
