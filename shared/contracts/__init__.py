"""The public language of EventFlow: every event that crosses a service's border, one module per publisher.

A contract is what other services may rely on. Fields are added, never changed or removed; anything else is a new
version beside the old one, which then says in `upcast` what it means in the new one (docs/changing-a-contract.md).
`REGISTRY` finds the model for a type and version on the wire; `CONTRACTS` are all versions, `NEWEST` what is sent.
"""

from shared.contracts import inventory, orders, payments
from shared.contracts.envelope import CloudEvent, Contract, ContractViolation, parse_data

CONTRACTS: tuple[type[Contract], ...] = (*orders.CONTRACTS, *payments.CONTRACTS, *inventory.CONTRACTS)

NEWEST = tuple(contract for contract in CONTRACTS if contract.is_newest())

REGISTRY: dict[str, type[Contract]] = {contract.schema_urn(): contract for contract in CONTRACTS}

__all__ = ["CONTRACTS", "NEWEST", "REGISTRY", "CloudEvent", "Contract", "ContractViolation", "parse_data"]
