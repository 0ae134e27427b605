"""The story as it is drawn: in 80 columns, with what moved, and with compensation marked."""

from ops.story.timeline import document, lines, rows
from tests.unit.ops.story.told import LINES, cancelled, confirmed, created, event, story


def test_tree_is_drawn_with_times_services_and_what_moved() -> None:
    assert [line for line, _ in lines(rows(story(confirmed())), 80)] == [
        " 0 ms           request of c-7",
        " 0 ms order     └ order.created                  44.98 USD, pm_card_visa",
        "20 ms payment     ├ payment.initiated",
        "25 ms inventory   └ reservation.stock_reserved   reserved 2 MUG-BLUE",
        "40 ms order         ├ order.stock_secured",
        "50 ms payment       └ payment.charge_requested   asks for 44.98 USD",
        "80 ms payment         └ payment.processed        taken 44.98 USD",
        "90 ms order             ├ order.payment_received",
        "90 ms order             └ order.confirmed",
    ]


def test_compensation_is_marked_when_the_order_is_cancelled() -> None:
    marked = [row.what.lstrip("│├└ ") for row in rows(story(cancelled())) if row.style]
    assert marked == [
        "request of c-7",
        "request of anonymous",
        "✗ order.cancelled",
        "↩ payment.cancellation_requested",
        "↩ payment.refund_requested",
        "↩ payment.refunded",
        "↩ reservation.stock_released",
    ]


def test_every_line_fits_when_an_order_has_many_lines() -> None:
    many = [{**LINES[0], "sku": f"SKU-{number}"} for number in range(30)]
    told = [created(), event("reservation.stock_reserved", "order.created", 25, lines=many)]
    drawn = [line for line, _ in lines(rows(story(told)), 80)]
    assert max(map(len, drawn)) <= 80
    assert all(f"SKU-{number}" in " ".join(drawn) for number in range(30))


def test_document_tells_amounts_in_minor_units_and_the_whole_tree() -> None:
    told = document(story(cancelled(), payment="The payment service did not answer."))
    assert told["missing"] == ["The payment service did not answer."]
    placed, cancel = told["roots"]
    assert (placed["offset_ms"], cancel["offset_ms"]) == (0, 1000)
    refund = cancel["children"][0]["children"][1]["children"][0]
    assert refund["type"] == "payment.refunded"
    assert refund["compensation"] is True
    assert refund["moved"] == [{"how": "returned", "amount": 4498, "currency": "USD"}]
    released = cancel["children"][0]["children"][2]
    assert released["moved"] == [{"how": "released", "sku": "MUG-BLUE", "quantity": 2}]


def test_document_is_empty_when_nobody_knows_the_order() -> None:
    assert document(story([]))["roots"] == []
