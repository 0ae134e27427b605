"""What the inventory service keeps: two aggregates, and the stock that follows from both."""

from inventory_service.domain import levels, product, reservation
from inventory_service.domain.product import Product, ProductEvent
from inventory_service.domain.reservation import Reservation, ReservationEvent
from inventory_service.domain.stock import Stock
from shared.eventsourcing.rows import Aggregate, Projection

# Tables, prefixes and event names are on disk: add names, version them, never edit one.
RESERVATIONS: Aggregate[Reservation, ReservationEvent] = Aggregate(
    name="reservations",
    id_type="uuid",
    state_type=Reservation,
    initial=Reservation(),
    prefix="reservation",
    events={
        "reservation.stock_reserved": reservation.StockReserved,
        "reservation.refused": reservation.ReservationRefused,
        "reservation.stock_released": reservation.StockReleased,
        "reservation.fulfilled": reservation.ReservationFulfilled,
        "reservation.cancellation_remembered": reservation.CancellationRemembered,
        "reservation.shipment_remembered": reservation.ShipmentRemembered,
    },
    evolve=reservation.evolve,
)

PRODUCTS: Aggregate[Product, ProductEvent] = Aggregate(
    name="products",
    id_type="text",
    state_type=Product,
    initial=Product(),
    prefix="product",
    events={
        "product.created": product.ProductCreated,
        "product.changed": product.ProductChanged,
        "product.stock_adjusted": product.StockAdjusted,
        "product.stock_shipped": product.StockShipped,
        "product.low_stock_reached": product.LowStockReached,
    },
    evolve=product.evolve,
)

STOCK: Projection[Stock] = Projection(
    name="stock",
    id_type="text",
    state_type=Stock,
    initial=Stock(),
    keys=levels.skus_moved,
    project=levels.level_after,
)
