"""What the service hears, and what it does about it. Its queue hears exactly these events."""

from shared.contracts.orders import OrderConfirmed
from shared.messaging.reactions import Heard, Reactions
from template_service.domain.entry import Count


def count_revenue_when_order_confirmed(heard: Heard[OrderConfirmed]) -> Count:
    return Count(heard.data.order_id, {heard.data.currency: heard.data.total})


REACTIONS: Reactions = {OrderConfirmed: count_revenue_when_order_confirmed}
