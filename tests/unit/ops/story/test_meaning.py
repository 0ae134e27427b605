"""What events mean to people: for every stored event that there is, as the golden ones show it."""

import json
from pathlib import Path

import pytest

from ops.story.meaning import REFUSING, UNDOING, words
from tests.unit.ops.story.told import event

STORED = Path(__file__).parents[3] / "contracts" / "golden" / "stored"
TYPES = sorted(path.stem for path in STORED.glob("*.json") if not path.stem.startswith("product."))


def told(type: str) -> list[str]:
    return [
        words(event(type, "cause", 0, **data)) for data in json.loads((STORED / f"{type}.json").read_text())
    ]


@pytest.mark.parametrize("type", TYPES)
def test_every_stored_event_has_words(type: str) -> None:
    assert all("{" not in said for said in told(type))


@pytest.mark.parametrize(
    ("type", "said"),
    [
        ("order.failed", ["payment_declined", "out_of_stock"]),
        ("order.shipped", ["TRACK-1"]),
        ("payment.processed", ["taken 44.98 USD"]),
        ("payment.refunded", ["returned 10.00 USD"]),
        ("payment.refund_failed", ["The bank refused."]),
        ("reservation.refused", ["MUG-BLUE: 2 wanted, 1 there"]),
        ("reservation.fulfilled", ["shipped 2 MUG-BLUE, shipped 1 TEA-1"]),
        ("reservation.stock_released", ["released 2 MUG-BLUE, released 1 TEA-1", "nothing was held"]),
    ],
)  # fmt: skip
def test_words_say_what_moved_or_why(type: str, said: list[str]) -> None:
    assert told(type) == said


def test_marked_types_are_all_stored_ones() -> None:
    assert set(TYPES) >= UNDOING | REFUSING
