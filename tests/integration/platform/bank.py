"""A bank in miniature, handled by the platform as every service is: what the platform promises is tested with it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import assert_never
from uuid import UUID

from shared.eventsourcing.decisions import Access, Change, Copied, Decision, Model, Step, Touch
from shared.eventsourcing.metadata import Context
from shared.eventsourcing.rows import Rows
from tests.integration.platform.accounts import (
    ACCOUNTS,
    CASH,
    RATES,
    VAULTS,
    AccountEvent,
    Deposited,
    Holder,
    Kind,
    Opened,
    Rate,
    VaultFilled,
    Withdrawn,
)


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
