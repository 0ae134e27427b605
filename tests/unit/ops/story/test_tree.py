"""The causal tree: every event once, under its cause."""

import random
from dataclasses import replace

from ops.story.archive import unexplained
from ops.story.tree import Node, grow, milliseconds, placed_at
from tests.unit.ops.story.told import PLACED, cancelled, confirmed, event


def drawn(nodes: tuple[Node, ...]) -> list[object]:
    """The tree as nested lists of types."""
    return [[node.event.type, *drawn(node.children)] for node in nodes]


def test_each_event_stands_under_its_cause_when_the_order_is_confirmed() -> None:
    [root] = grow(confirmed())
    assert root.by == "c-7"
    assert drawn(root.children) == [
        [
            "order.created",
            ["payment.initiated"],
            [
                "reservation.stock_reserved",
                ["order.stock_secured"],
                [
                    "payment.charge_requested",
                    ["payment.processed", ["order.payment_received"], ["order.confirmed"]],
                ],
            ],
        ]
    ]


def test_each_request_is_a_root_of_its_own_when_there_are_two() -> None:
    placed, cancel = grow(cancelled())
    assert (placed.by, cancel.by) == ("c-7", "anonymous")
    assert drawn(cancel.children) == [
        [
            "order.cancelled",
            ["payment.cancellation_requested"],
            ["payment.refund_requested", ["payment.refunded"]],
            ["reservation.stock_released"],
        ]
    ]


def test_tree_is_the_same_when_the_events_are_read_in_another_order() -> None:
    told = cancelled()
    random.Random(7).shuffle(told)
    assert grow(told) == grow(cancelled())


def test_effects_stand_under_an_unknown_cause_when_a_service_is_silent() -> None:
    told = [one for one in confirmed() if one.service != "inventory"]
    _, unknown = grow(told)
    assert (unknown.cause, unknown.by) == ("reservation.stock_reserved", None)
    assert {one.type for one in unexplained(told)} == {"order.stock_secured", "payment.charge_requested"}


def test_nothing_is_unexplained_when_every_service_has_answered() -> None:
    assert unexplained(cancelled()) == []


def test_each_event_stands_in_one_place_when_two_services_gave_one_id_to_theirs() -> None:
    told = [replace(one, id="twin") if one.type == "order.stock_secured" else one for one in confirmed()]
    told = [replace(one, id="twin") if one.type == "payment.charge_requested" else one for one in told]
    told = [replace(one, cause="twin") if one.type == "payment.processed" else one for one in told]
    assert str(grow(told)).count("type='payment.processed'") == 1


def test_offsets_count_from_the_placing_when_it_is_known() -> None:
    assert placed_at(confirmed()) == PLACED
    late = event("payment.initiated", "order.created", 20)
    assert milliseconds(placed_at([late]), late.time) == 0
