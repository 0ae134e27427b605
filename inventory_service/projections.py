"""The movements of stock, kept as rows of their own: they can be made again from the events at any time."""

from collections.abc import Sequence

from sqlalchemy import ARRAY, TIMESTAMP, BigInteger, Text, Uuid, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from inventory_service.domain.movements import movements_of
from shared.eventsourcing.recorded import Recorded

_INSERT = text(
    "INSERT INTO movements"
    " (sku, kind, delta_on_hand, delta_reserved, on_hand, reserved, order_id, reason, at)"
    " SELECT sku, kind, delta_on_hand, delta_reserved, on_hand, reserved, order_id, reason, at"
    " FROM unnest(:skus, :kinds, :deltas_on_hand, :deltas_reserved, :on_hand, :reserved, :order_ids, :reasons, :times)"
    " WITH ORDINALITY"
    " AS m (sku, kind, delta_on_hand, delta_reserved, on_hand, reserved, order_id, reason, at, place) ORDER BY place"
).bindparams(
    bindparam("skus", type_=ARRAY(Text)),
    bindparam("kinds", type_=ARRAY(Text)),
    bindparam("deltas_on_hand", type_=ARRAY(BigInteger)),
    bindparam("deltas_reserved", type_=ARRAY(BigInteger)),
    bindparam("on_hand", type_=ARRAY(BigInteger)),
    bindparam("reserved", type_=ARRAY(BigInteger)),
    bindparam("order_ids", type_=ARRAY(Uuid(as_uuid=False))),
    bindparam("reasons", type_=ARRAY(Text)),
    bindparam("times", type_=ARRAY(TIMESTAMP(timezone=True))),
)


async def record_movements(connection: AsyncConnection, events: Sequence[Recorded]) -> None:
    """Adds the movements of these events, in their order, within the transaction that stores them."""
    moved = [(m, event.time) for event in events for m in movements_of(event.row_id, event.event)]
    if not moved:
        return
    await connection.execute(
        _INSERT,
        {
            "skus": [m.sku for m, _ in moved],
            "kinds": [m.kind.value for m, _ in moved],
            "deltas_on_hand": [m.delta_on_hand for m, _ in moved],
            "deltas_reserved": [m.delta_reserved for m, _ in moved],
            "on_hand": [m.on_hand for m, _ in moved],
            "reserved": [m.reserved for m, _ in moved],
            "order_ids": [m.order_id for m, _ in moved],
            "reasons": [m.reason for m, _ in moved],
            "times": [time for _, time in moved],
        },
    )
