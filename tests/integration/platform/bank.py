"""A bank in miniature, handled by the platform as every service is: what the platform promises is tested with it.

Accounts and vaults are aggregates; the cash of a branch is folded from the streams of both; rates are a copy of
somebody else's data.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import assert_never
from uuid import UUID

from shared.eventsourcing.decisions import Access, Change, Copied, Decision, Model, Step, Touch
from shared.eventsourcing.metadata import Context
from shared.eventsourcing.rows import Aggregate, Projection, Rows, Table


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


@dataclass(frozen=True, slots=True)
class Open:
    """`fresh`: nobody else can know the id; otherwise two may open the same account at once."""

    account: UUID
    branch: str
    fresh: bool = False
    kind: Kind = Kind.CURRENT
    holders: tuple[Holder, ...] = ()


@dataclass(frozen=True, slots=True)
class Deposit:
    account: UUID
    amount: int


@dataclass(frozen=True, slots=True)
class Withdraw:
    account: UUID
    amount: int


@dataclass(frozen=True, slots=True)
class Transfer:
    source: UUID
    target: UUID
    amount: int


@dataclass(frozen=True, slots=True)
class FillVault:
    branch: str
    amount: int


@dataclass(frozen=True, slots=True)
class QuoteRate:
    currency: str
    version: int
    points: int


@dataclass(frozen=True, slots=True)
class Mishap:
    """A command whose decision raises."""

    what: str


Command = Open | Deposit | Withdraw | Transfer | FillVault | QuoteRate | Mishap


@dataclass(frozen=True, slots=True)
class NoSuchAccount:
    pass


@dataclass(frozen=True, slots=True)
class NotCovered:
    balance: int


def _accounts_touched(command: Command, _: Rows) -> Iterable[Touch]:
    match command:
        case Open():
            return (Touch(str(command.account), Access.FRESH if command.fresh else Access.CREATE),)
        case Deposit() | Withdraw():
            return (Touch(str(command.account), Access.LOCK),)
        case Transfer():
            return (Touch(str(command.source), Access.LOCK), Touch(str(command.target), Access.LOCK))
        case _:
            return ()


def _vaults_touched(command: Command, _: Rows) -> Iterable[Touch]:
    return (Touch(command.branch, Access.CREATE),) if isinstance(command, FillVault) else ()


def _cash_touched(command: Command, rows: Rows) -> Iterable[Touch]:
    match command:
        case Open() | FillVault():
            return (Touch(command.branch, Access.CREATE),)
        case _:
            branches = {
                rows.state(ACCOUNTS, touch.row_id).branch for touch in _accounts_touched(command, rows)
            }
            return [Touch(branch, Access.LOCK) for branch in branches if branch]


def _rates_touched(command: Command, _: Rows) -> Iterable[Touch]:
    return (Touch(command.currency, Access.CREATE),) if isinstance(command, QuoteRate) else ()


def _decide(command: Command, _: Context, rows: Rows) -> Decision:
    match command:
        case Open():
            if rows.row(ACCOUNTS, str(command.account)).version:
                return Decision()
            return _about(command.account, Opened(command.branch, command.kind, command.holders))
        case Deposit():
            if not rows.row(ACCOUNTS, str(command.account)).version:
                return Decision(refusal=NoSuchAccount())
            return _about(command.account, Deposited(_branch(command.account, rows), command.amount))
        case Withdraw():
            account = rows.state(ACCOUNTS, str(command.account))
            if account.balance < command.amount:
                return Decision(refusal=NotCovered(account.balance))
            return _about(command.account, Withdrawn(account.branch, command.amount))
        case Transfer():
            return Decision(
                [
                    _change(command.source, Withdrawn(_branch(command.source, rows), command.amount)),
                    _change(command.target, Deposited(_branch(command.target, rows), command.amount)),
                ]
            )
        case FillVault():
            return Decision([Change(VAULTS, command.branch, VaultFilled(command.amount))])
        case QuoteRate():
            if command.version <= rows.row(RATES, command.currency).version:
                return Decision()
            return Decision(copies=[Copied(RATES, command.currency, command.version, Rate(command.points))])
        case Mishap():
            raise RuntimeError(command.what)
        case _:
            assert_never(command)


def _branch(account: UUID, rows: Rows) -> str:
    return rows.state(ACCOUNTS, str(account)).branch


def _change(account: UUID, event: AccountEvent) -> Change:
    return Change(ACCOUNTS, str(account), event)


def _about(account: UUID, *events: AccountEvent) -> Decision:
    return Decision([_change(account, event) for event in events])


MODEL: Model[Command] = Model(
    steps=(
        Step(ACCOUNTS, _accounts_touched),
        Step(VAULTS, _vaults_touched),
        Step(CASH, _cash_touched),
        Step(RATES, _rates_touched),
    ),
    decide=_decide,
)
