"""Which errors of the database are about the data, and which about the world."""

import asyncpg
import pytest
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from shared.database.faults import DataFault, LockedByAnother, Unavailable, translated


class DriverError(Exception):
    def __init__(self, sqlstate: str | None) -> None:
        super().__init__(f"state {sqlstate}")
        self.sqlstate = sqlstate


def through(error: Exception) -> None:
    with translated():
        raise error


@pytest.mark.parametrize(
    "state", ["22003", "22021", "22P05", "23505", "23514", "42501", "42P01", "54000", "P0001"]
)
def test_error_is_about_the_data_when_its_class_is_22_23_42_54_or_p0(state: str) -> None:
    with pytest.raises(DataFault) as fault:
        through(DBAPIError("statement", {}, DriverError(state)))
    assert fault.value.sqlstate == state
    assert fault.value.is_unique_violation is (state == "23505")


def test_error_is_anothers_lock_when_it_was_waited_for_in_vain() -> None:
    with pytest.raises(LockedByAnother):
        through(DBAPIError("statement", {}, DriverError("55P03")))


@pytest.mark.parametrize(
    "state",
    [
        "08006",
        "08003",
        "25006",
        "25P02",
        "25P03",
        "40001",
        "40P01",
        "53100",
        "53300",
        "57014",
        "57P01",
        "57P03",
        "58030",
        "0A000",
        "XX000",
        None,
    ],
)
def test_error_is_the_environments_when_its_class_is_any_other(state: str | None) -> None:
    with pytest.raises(Unavailable):
        through(OperationalError("statement", {}, DriverError(state)))


@pytest.mark.parametrize(
    "error",
    [
        TimeoutError(),
        ConnectionRefusedError("nobody there"),
        OSError("no route"),
        PoolTimeout("exhausted"),
        asyncpg.ConnectionDoesNotExistError("closed in the middle"),
        asyncpg.InterfaceError("connection is closed"),
    ],
)
def test_network_is_the_environments_when_it_fails(error: Exception) -> None:
    with pytest.raises(Unavailable) as fault:
        through(error)
    assert str(fault.value)


def test_driver_error_is_about_the_data_when_it_was_raised_without_sqlalchemy() -> None:
    with pytest.raises(DataFault):
        through(asyncpg.UniqueViolationError("twin"))


def test_other_errors_pass_when_they_are_bugs() -> None:
    with pytest.raises(ZeroDivisionError):
        through(ZeroDivisionError())
