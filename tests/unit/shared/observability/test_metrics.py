from __future__ import annotations

import os
import re

from prometheus_client import CollectorRegistry, Counter, Histogram

from shared.observability.exposition import exposition
from shared.observability.metrics import REGISTRY

OURS = re.compile(r"eventflow_[a-z_]+_(seconds|total|messages|events|inputs|connections)")


def test_names_end_in_their_unit() -> None:
    names = [metric.name + ("_total" if metric.type == "counter" else "") for metric in REGISTRY.collect()]

    ours = [name for name in names if name.startswith("eventflow_")]
    assert len(ours) == 13
    assert [name for name in ours if not OURS.fullmatch(name)] == []


def test_process_itself_is_measured() -> None:
    assert b"process_resident_memory_bytes" in exposition(REGISTRY)


def test_series_of_processes_behind_one_port_are_kept_apart() -> None:
    registry = CollectorRegistry()
    Counter("orders_total", "Orders.", ("outcome",), registry=registry).labels("confirmed").inc(3)
    Histogram("wait_seconds", "Wait.", buckets=(1,), registry=registry).observe(0.5)

    lines = [line for line in exposition(registry).decode().splitlines() if not line.startswith("#")]

    process = f'process="{os.getpid()}"'
    assert lines == [
        f'orders_total{{outcome="confirmed",{process}}} 3.0',
        f'wait_seconds_bucket{{le="1.0",{process}}} 1.0',
        f'wait_seconds_bucket{{le="+Inf",{process}}} 1.0',
        f"wait_seconds_count{{{process}}} 1.0",
        f"wait_seconds_sum{{{process}}} 0.5",
    ]
