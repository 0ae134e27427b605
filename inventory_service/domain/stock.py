"""What is on the shelf for one SKU, and how much of it is spoken for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stock:
    """Always 0 <= reserved <= on_hand. A SKU that nobody created has nothing on hand."""

    on_hand: int = 0
    reserved: int = 0
    low_stock_threshold: int = 0

    @property
    def available(self) -> int:
        return self.on_hand - self.reserved

    @property
    def is_low(self) -> bool:
        """Fewer units available than the threshold; a threshold of 0 asks for no warning."""
        return self.on_hand - self.reserved < self.low_stock_threshold

    def reserve(self, quantity: int) -> "Stock":
        return Stock(self.on_hand, self.reserved + quantity, self.low_stock_threshold)

    def give_back(self, quantity: int) -> "Stock":
        return Stock(self.on_hand, self.reserved - quantity, self.low_stock_threshold)

    def add(self, delta: int) -> "Stock":
        return Stock(self.on_hand + delta, self.reserved, self.low_stock_threshold)


def fell_low(before: Stock, after: Stock) -> bool:
    """Whether this step is the crossing: it was not low and now is, whichever of the two numbers moved."""
    return after.is_low and not before.is_low
