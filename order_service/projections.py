"""By what orders are found besides their rows: the SKUs in them, and the e-mail addresses that they bear, as marks."""

from collections.abc import Sequence

from sqlalchemy import ARRAY, LargeBinary, Text, Uuid, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from order_service.domain.events import DetailsEdited, OrderPlaced
from order_service.personal_data import ADDRESS, PersonalData
from shared.eventsourcing.recorded import Recorded

_ORDER_IDS = bindparam("order_ids", type_=ARRAY(Uuid(as_uuid=False)))

_ADD_SKUS = text(
    "INSERT INTO order_skus (sku, order_id) SELECT n.sku, n.order_id"
    " FROM unnest(:skus, :order_ids) AS n (sku, order_id)"
).bindparams(bindparam("skus", type_=ARRAY(Text)), _ORDER_IDS)
_FORGET_EMAILS = text("DELETE FROM email_index WHERE order_id = ANY(:order_ids)").bindparams(_ORDER_IDS)
_ADD_EMAILS = text(
    "INSERT INTO email_index (order_id, hmac, key_id) SELECT n.order_id, n.hmac, n.key_id"
    " FROM unnest(:order_ids, :hmacs, :key_ids) AS n (order_id, hmac, key_id)"
).bindparams(
    _ORDER_IDS,
    bindparam("hmacs", type_=ARRAY(LargeBinary)),
    bindparam("key_ids", type_=ARRAY(Uuid)),
)


class SearchIndex:
    """Kept in the transaction of the events. From all events in order it gives the same, but for destroyed keys."""

    def __init__(self, personal: PersonalData) -> None:
        self._personal = personal

    async def project(self, connection: AsyncConnection, events: Sequence[Recorded]) -> None:
        skus = {
            (line.sku, recorded.row_id)
            for recorded in events
            if isinstance(recorded.event, OrderPlaced)
            for line in recorded.event.lines
        }
        if skus:
            ordered = sorted(skus)
            await connection.execute(
                _ADD_SKUS, {"skus": [sku for sku, _ in ordered], "order_ids": [order for _, order in ordered]}
            )
        await self._index_emails(connection, events)

    async def _index_emails(self, connection: AsyncConnection, events: Sequence[Recorded]) -> None:
        addresses: dict[str, str | None] = {}
        readdressed: list[str] = []
        for recorded in events:
            match recorded.event:
                case OrderPlaced(shipping_address=str(address)):
                    addresses[recorded.row_id] = address
                case DetailsEdited(changes=changes, shipping_address=address) if ADDRESS in changes:
                    addresses[recorded.row_id] = address
                    readdressed.append(recorded.row_id)
                case _:
                    pass
        if readdressed:
            await connection.execute(_FORGET_EMAILS, {"order_ids": readdressed})
        sealed = {order: address for order, address in addresses.items() if address is not None}
        marks = await self._personal.email_marks(sealed) if sealed else {}
        if marks:
            await connection.execute(
                _ADD_EMAILS,
                {
                    "order_ids": list(marks),
                    "hmacs": [mark.hmac for mark in marks.values()],
                    "key_ids": [mark.key_id for mark in marks.values()],
                },
            )
