"""A story while it happens: each event once, after its cause."""

from ops.story.archive import StoryEvent
from ops.story.live import LiveStory
from tests.unit.ops.story.told import cancelled, confirmed, story


def told(live: LiveStory, events: list[StoryEvent]) -> list[str]:
    return [row.what.lstrip(" └↩✗") for row in live.news(story(events))]


def test_each_event_is_told_once_when_the_story_is_read_again_and_again() -> None:
    live = LiveStory()
    first = told(live, confirmed())
    assert first[:3] == ["request of c-7", "order.created", "payment.initiated"]
    assert len(first) == len(confirmed()) + 1
    assert told(live, confirmed()) == []
    assert told(live, cancelled())[:2] == ["request of anonymous", "order.cancelled"]


def test_event_waits_when_its_cause_was_not_read_yet() -> None:
    live = LiveStory()
    early = [one for one in confirmed() if one.service != "inventory"]
    assert told(live, early) == ["request of c-7", "order.created", "payment.initiated"]
    assert told(live, confirmed()) == [
        "reservation.stock_reserved",
        "order.stock_secured",
        "payment.charge_requested",
        "payment.processed",
        "order.payment_received",
        "order.confirmed",
    ]


def test_event_is_indented_by_the_length_of_its_chain_of_causes() -> None:
    rows = LiveStory().news(story(confirmed()))
    depths = {row.what.lstrip(" └"): row.what.index("└") // 2 for row in rows if "└" in row.what}
    assert depths["order.created"] == 0
    assert depths["payment.charge_requested"] == 2
    assert depths["order.confirmed"] == 4


def test_nothing_is_told_when_nothing_has_happened() -> None:
    assert LiveStory().news(story([])) == []
