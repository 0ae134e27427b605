from datetime import UTC, datetime

import pytest
from pydantic import TypeAdapter, ValidationError

from shared.http.inputs import Time

TIMES: TypeAdapter[datetime] = TypeAdapter(Time)
NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["2026-07-01T12:00:00Z", "2026-07-01T14:00:00+02:00", "2026-07-01t12:00:00z"]
)
def test_time_is_in_utc_when_it_names_its_zone(text: str) -> None:
    read = TIMES.validate_python(text)
    assert (read, read.tzinfo) == (NOON, UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-07-01T12:00:00",
        "2026-07-01",
        "1782907200",
        "1e9",
        "now",
        "",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "10000-01-01T00:00:00Z",
    ],
)
def test_time_is_refused_when_it_has_no_zone_or_is_no_time(text: str) -> None:
    with pytest.raises(ValidationError):
        TIMES.validate_python(text)
