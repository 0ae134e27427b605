"""Who replayed or discarded dead letters is in the security log; who only looked or rehearsed is not."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs

from shared.eventsourcing.ids import new_id
from tests.integration.platform.desk import LetterDesk, letter_desk
from tests.integration.platform.teller import Teller
from tests.integration.platform.wire import deposit_asked


@pytest.fixture
async def desk(teller: Teller) -> AsyncIterator[LetterDesk]:
    async with letter_desk(teller) as desk:
        yield desk


async def test_deed_is_told_when_letters_are_replayed_or_discarded(desk: LetterDesk) -> None:
    one, two, three, four = [
        str(letter) for letter in await desk.put_all([deposit_asked(new_id()) for _ in range(4)])
    ]
    structlog.reset_defaults()  # nothing below CRITICAL is told in these tests
    with capture_logs() as lines:
        await desk.ask("GET", f"/{one}")
        await desk.ask("POST", f"/{one}/replay", params={"dry_run": True})
        await desk.ask("POST", f"/{one}/replay")
        await desk.ask("POST", "/replay", json={"ids": [two], "dry_run": True})
        await desk.ask("POST", "/replay", json={"ids": [two]})
        await desk.ask("DELETE", f"/{three}", params={"reason": "A test message."})
        await desk.ask("POST", "/discard", json={"ids": [two, three, four], "reason": "Another one."})
    told: list[Any] = [(line["event"], line["letters"]) for line in lines if line.get("log") == "security"]
    assert told == [
        ("dead_letters_replayed", [one]),
        ("dead_letters_replayed", [two]),
        ("dead_letter_discarded", [three]),
        ("dead_letter_discarded", [four]),
    ]
