"""The demo's own two products, so that it never takes from what others sell: one that is always there, one that is not."""

from uuid_utils import uuid7

from ops.desks import Desk, Json, Refused

PLENTIFUL = ("DEMO-LAMP", "Desk lamp (demo)", 4900)
SCARCE = ("DEMO-RARITY", "One of a kind (demo)", 99900)
ENOUGH, DELIVERY = 20, 100


class Shelf:
    """The products at the inventory service. `stock` once, then order."""

    def __init__(self, url: str) -> None:
        self._desk = Desk("inventory", url)

    def stock(self) -> None:
        """Makes the products that are not there yet, and tops up the one that has to be."""
        for sku, name, price in (PLENTIFUL, SCARCE):
            self._make(sku, name, price)
        if self._available(PLENTIFUL[0]) < ENOUGH:
            self._desk.ask(
                "POST",
                f"/products/{PLENTIFUL[0]}/adjustments",
                json={"delta": DELIVERY, "reason": "delivery for the demo"},
                headers=_once(),
            )

    def one(self) -> Json:
        return {"sku": PLENTIFUL[0], "quantity": 1}

    def more_than_there_is(self) -> Json:
        return {"sku": SCARCE[0], "quantity": self._available(SCARCE[0]) + 1}

    def _make(self, sku: str, name: str, price: int) -> None:
        product = {"sku": sku, "name": name, "category": "demo", "prices": {"USD": price}}
        try:
            self._desk.ask("POST", "/products", json=product, headers=_once())
        except Refused as refusal:
            if refusal.status != 409:
                raise

    def _available(self, sku: str) -> int:
        return self._desk.ask("GET", f"/products/{sku}")["available"]


def _once() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid7())}
