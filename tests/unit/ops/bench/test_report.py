"""The document of a bench: its fields are read by others."""

from ops.bench.auditing import Audits
from ops.bench.books import Audit
from ops.bench.figures import Figures
from ops.bench.load import Load
from ops.bench.report import Report

CLEAN = Audit(())


def load(confirmed: int, cpu: dict[str, float]) -> Load:
    figures = Figures(
        rate=100,
        seconds=10,
        offered=confirmed,
        accepted=confirmed,
        confirmed=confirmed,
        confirmed_in_time=confirmed,
        post_ms={"p50": 5.0, "p99": 9.0},
        confirmed_ms={"p50": 40.0, "p99": 90.0},
        backlog=[3, 0],
    )
    queues = [{"at_s": 1.0, "order_queue": 2.0}]
    return Load(figures, cpu, others_cpu=2.0, memory={"payment": 101.4}, queues=queues, elapsed=10.0)


def test_document_holds_every_figure() -> None:
    report = Report(
        "orders",
        load(1_000, {"payment": 1.5, "bench": 0.5}),
        CLEAN,
        {"ratio": 0.7},
        load(2_000, {"floor": 1.0}),
    )
    document = report.document()
    assert document["offered_per_s"] == document["accepted_per_s"] == document["confirmed_per_s"] == 100
    assert (document["floor_per_s"], document["ratio"]) == (200, 0.5)
    assert document["post_ms"]["p99"] == 9
    assert document["post_to_confirmed_ms"]["p50"] == 40
    assert document["peak_memory_mb"] == {"payment": 101}
    assert document["queue_depth"] == [{"at_s": 1.0, "order_queue": 2.0}]
    assert document["backlog_orders"] == [3, 0]
    assert document["audit"] == {"clean": True, "findings": [], "looked_at": {}}
    assert document["cpu_of_others"] == 0.2


def test_cpu_is_told_per_thousand_orders_without_who_looks_on_in_the_sum() -> None:
    document = Report(
        "orders", load(2_000, {"bench": 0.5, "order-1": 1.0, "payment": 3.0}), CLEAN, {}
    ).document()
    told = document["cpu_s_per_1000_orders"]
    assert list(told.items()) == [("payment", 1.5), ("order-1", 0.5), ("bench", 0.25), ("total", 2.0)]


def test_floor_is_left_out_when_none_was_measured() -> None:
    document = Report("latency", load(1_000, {}), CLEAN, {}).document()
    assert (document["floor_per_s"], document["ratio"]) == (None, None)


def test_run_has_failed_when_the_books_are_not_right() -> None:
    assert Report("orders", load(1_000, {}), CLEAN, {}).passed
    assert not Report("orders", load(1_000, {}), Audit(("order 1 is not CONFIRMED",)), {}).passed


def test_run_has_failed_when_somebody_was_accused_while_orders_flowed() -> None:
    quiet = Report("audit", load(1_000, {}), CLEAN, {}, audits=Audits([400, 900], []))
    assert quiet.passed
    assert quiet.document()["audits_beside"]["orders_looked_at"] == [400, 900]
    assert not Report("audit", load(1_000, {}), CLEAN, {}, audits=Audits([400], ["order 1"])).passed
    assert not Report("audit", load(1_000, {}), CLEAN, {}, audits=Audits([], [])).passed
