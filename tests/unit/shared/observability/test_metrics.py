from __future__ import annotations

import re

from prometheus_client import CollectorRegistry, Counter

from shared.observability.exposition import exposition
from shared.observability.metrics import REGISTRY

OURS = re.compile(
    r"eventflow_[a-z_]+_(seconds|total|messages|events|inputs|connections|sockets|subscriptions|streams)"
)


def test_names_end_in_their_unit() -> None:
    names = [metric.name + ("_total" if metric.type == "counter" else "") for metric in REGISTRY.collect()]

    ours = [name for name in names if name.startswith("eventflow_")]
    assert len(ours) == 19
    assert [name for name in ours if not OURS.fullmatch(name)] == []


def test_process_itself_is_measured() -> None:
    assert b"process_resident_memory_bytes" in exposition(REGISTRY)


def test_counters_do_not_say_when_they_began() -> None:
    registry = CollectorRegistry()
    Counter("orders_total", "Orders.", ("outcome",), registry=registry).labels("confirmed").inc(3)

    lines = [line for line in exposition(registry).decode().splitlines() if not line.startswith("#")]

    assert lines == ['orders_total{outcome="confirmed"} 3.0']
