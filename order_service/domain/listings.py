"""The order service's copy of the catalogue: what a product is called, what it costs, whether it can be ordered."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Listing:
    """`prices` are minor units by currency code."""

    name: str = ""
    prices: dict[str, int] = field(default_factory=dict[str, int])
    discontinued: bool = False


@dataclass(frozen=True, slots=True)
class RecordListing:
    """The product `sku` as the inventory service told it in its `version`."""

    sku: str
    version: int
    listing: Listing


def newer(command: RecordListing, known_version: int) -> Listing | None:
    """The listing to keep, or None: an older or repeated telling never replaces a newer one (race 19)."""
    return command.listing if command.version > known_version else None
