"""What a bank in miniature keeps: accounts and vaults, the cash of a branch that is folded from both, and a copy of rates."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from shared.eventsourcing.rows import Aggregate, Projection, Table


class Kind(Enum):
    CURRENT = "CURRENT"
    SAVINGS = "SAVINGS"


@dataclass(frozen=True, slots=True)
class Holder:
    name: str
    born: datetime | None = None


@dataclass(frozen=True, slots=True)
class Account:
    branch: str = ""
    balance: int = 0
    kind: Kind = Kind.CURRENT
    holders: tuple[Holder, ...] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    branch: str
    kind: Kind = Kind.CURRENT
    holders: tuple[Holder, ...] = ()


@dataclass(frozen=True, slots=True)
class Deposited:
    branch: str
    amount: int


@dataclass(frozen=True, slots=True)
class Withdrawn:
    branch: str
    amount: int


AccountEvent = Opened | Deposited | Withdrawn


def evolve_account(account: Account, event: AccountEvent) -> Account:
    match event:
        case Opened(branch, kind, holders):
            return Account(branch, 0, kind, holders)
        case Deposited(_, amount):
            return replace(account, balance=account.balance + amount)
        case Withdrawn(_, amount):
            return replace(account, balance=account.balance - amount)


@dataclass(frozen=True, slots=True)
class Vault:
    fillings: int = 0


@dataclass(frozen=True, slots=True)
class VaultFilled:
    amount: int


def evolve_vault(vault: Vault, _: VaultFilled) -> Vault:
    return Vault(vault.fillings + 1)


@dataclass(frozen=True, slots=True)
class Cash:
    total: int = 0


def branches_of(row_id: str, event: object) -> Iterable[str]:
    match event:
        case Deposited(branch) | Withdrawn(branch):
            return (branch,)
        case VaultFilled():
            return (row_id,)
        case _:
            return ()


def count_cash(cash: Cash, _: str, event: object) -> Cash:
    match event:
        case Deposited(_, amount) | VaultFilled(amount):
            return Cash(cash.total + amount)
        case Withdrawn(_, amount):
            return Cash(cash.total - amount)
        case _:
            return cash


@dataclass(frozen=True, slots=True)
class Rate:
    points: int = 0


ACCOUNTS: Aggregate[Account, AccountEvent] = Aggregate(
    name="accounts",
    id_type="uuid",
    state_type=Account,
    initial=Account(),
    prefix="account",
    events={"account.opened": Opened, "account.deposited": Deposited, "account.withdrawn": Withdrawn},
    evolve=evolve_account,
)
VAULTS: Aggregate[Vault, VaultFilled] = Aggregate(
    name="vaults",
    id_type="text",
    state_type=Vault,
    initial=Vault(),
    prefix="vault",
    events={"vault.filled": VaultFilled},
    evolve=evolve_vault,
)
CASH: Projection[Cash] = Projection(
    name="cash", id_type="text", state_type=Cash, initial=Cash(), keys=branches_of, project=count_cash
)
RATES: Table[Rate] = Table(name="rates", id_type="text", state_type=Rate, initial=Rate())
