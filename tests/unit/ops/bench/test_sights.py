"""When a position was seen."""

from ops.bench.sights import Timeline


def test_moment_of_a_position_is_the_first_look_that_reached_it() -> None:
    timeline = Timeline()
    for position, moment in ((10, 1.0), (10, 1.1), (14, 1.2), (20, 1.3)):
        timeline.see(position, moment)
    assert [timeline.moment(position) for position in (9, 10, 11, 14, 15, 20)] == [
        1.0,
        1.0,
        1.2,
        1.2,
        1.3,
        1.3,
    ]
