"""What the bank tells others, what it hears, and how both look on the wire."""

from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID

import orjson
from pydantic import Field

from shared.contracts import Contract
from shared.eventsourcing.ids import new_id
from shared.eventsourcing.recorded import Recorded
from shared.messaging.reactions import Heard, Reactions
from tests.integration.platform.accounts import Deposited, Opened, Withdrawn
from tests.integration.platform.bank import Command, Deposit, Mishap


class BankContract(Contract):
    exchange: ClassVar[str] = "order_exchange"
    source: ClassVar[str] = "/bank"


class AccountOpened(BankContract):
    type: ClassVar[str] = "bank.opened"
    branch: str


class MoneyDeposited(BankContract):
    type: ClassVar[str] = "bank.deposited"
    amount: int


class MoneyWithdrawn(BankContract):
    type: ClassVar[str] = "bank.withdrawn"
    amount: int


class DepositAsked(BankContract):
    """Heard; `mishap` says where handling it is to fail: in the `reaction` or in the `decision`."""

    type: ClassVar[str] = "bank.deposit_asked"
    account_id: UUID
    amount: int = Field(strict=True)
    mishap: str = ""


class RateQuoted(BankContract):
    """Heard, and of no interest to the bank."""

    type: ClassVar[str] = "bank.rate_quoted"


REGISTRY: dict[str, type[Contract]] = {
    contract.schema_urn(): contract
    for contract in (AccountOpened, MoneyDeposited, MoneyWithdrawn, DepositAsked, RateQuoted)
}


def publish(recorded: Recorded) -> Contract | None:
    match recorded.event:
        case Opened(branch):
            return AccountOpened(branch=branch)
        case Deposited(_, amount):
            return MoneyDeposited(amount=amount)
        case Withdrawn(_, amount):
            return MoneyWithdrawn(amount=amount)
        case _:
            return None


def deposit_when_asked(heard: Heard[DepositAsked]) -> Command:
    asked = heard.data
    if asked.mishap == "reaction":
        raise RuntimeError("a bug in the reaction")
    return Mishap(asked.mishap) if asked.mishap else Deposit(asked.account_id, asked.amount)


REACTIONS: Reactions = {DepositAsked: deposit_when_asked}


def cloud_event(data: Any, contract: type[Contract] = DepositAsked, **attributes: Any) -> dict[str, Any]:
    """An event as it is on the wire; `attributes` replace those that it would have."""
    cause = str(new_id())
    return {
        "specversion": "1.0",
        "id": str(new_id()),
        "source": contract.source,
        "type": contract.type,
        "subject": "any",
        "time": datetime.now(UTC).isoformat(),
        "datacontenttype": "application/json",
        "dataschema": contract.schema_urn(),
        "correlationid": cause,
        "causationid": cause,
        "streamversion": 1,
        "data": data,
        **attributes,
    }


def deposit_asked(account: UUID, amount: int = 1, mishap: str = "", **attributes: Any) -> dict[str, Any]:
    return cloud_event(
        {"account_id": str(account), "amount": amount, "mishap": mishap}, DepositAsked, **attributes
    )


def body_of(*events: Any) -> bytes:
    return orjson.dumps(events)
