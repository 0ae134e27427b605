"""Rows of a batch: layers to try a decision on."""

from dataclasses import dataclass

import pytest

from shared.eventsourcing.rows import Row, Rows, Table


@dataclass(frozen=True, slots=True)
class Number:
    value: int = 0


NUMBERS = Table(name="numbers", id_type="text", state_type=Number, initial=Number())


def rows(**values: int) -> Rows:
    made = Rows()
    for row_id, value in values.items():
        made.put(NUMBERS, row_id, Row(1, Number(value)))
    return made


def test_row_is_a_bug_when_nobody_asked_for_it() -> None:
    with pytest.raises(KeyError, match="numbers b was not asked for"):
        rows(a=1).over().row(NUMBERS, "b")


def test_rows_below_stay_as_they_were_when_a_layer_is_thrown_away() -> None:
    below = rows(a=1)
    layer = below.over()
    layer.put(NUMBERS, "a", Row(2, Number(2)))
    assert layer.state(NUMBERS, "a") == Number(2)
    assert below.state(NUMBERS, "a") == Number(1)


def test_later_decisions_see_the_change_when_a_layer_is_absorbed() -> None:
    below = rows(a=1, b=1)
    layer = below.over()
    layer.put(NUMBERS, "a", Row(2, Number(2)))
    below.absorb(layer)
    assert below.over().row(NUMBERS, "a") == Row(2, Number(2))
    assert [identity for identity, _ in layer.items()] == [("numbers", "a")]
