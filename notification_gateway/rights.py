"""Who may follow what (docs/security.md)."""

from notification_gateway.entries import Room
from notification_gateway.requests import NotTheirs
from shared.identity.callers import CUSTOMER, Caller


def allowed_room(caller: Caller, room: Room) -> Room:
    """What the caller follows who asks for this room: customers their own orders alone. Raises NotTheirs.

    Nobody here knows whose an order is; of another's order a customer simply hears nothing, as of one that is not.
    """
    if caller.role != CUSTOMER:
        return room
    match room:
        case ("order", order_id):
            return "order", order_id, caller.subject
        case ("customer", caller.subject):
            return room
        case _:
            raise NotTheirs("customers may follow their own orders alone")
