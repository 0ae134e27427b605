"""A coroutine that is driven by hand goes exactly as far as it is told."""

import pytest

from shared.testing.stepping import Point, Run, Stuck, complete, interleave, stand_at


class Diary:
    def __init__(self) -> None:
        self.lines: list[str] = []

    async def write(self, name: str) -> str:
        try:
            for part in ("begin", "middle", "end"):
                await stand_at(Point(part))
                self.lines.append(f"{name} {part}")
        except ConnectionError:
            self.lines.append(f"{name} failed")
            raise
        return name


def test_stands_before_the_point_that_was_named() -> None:
    diary = Diary()
    run = Run(diary.write("a"))
    run.run_to("end")

    assert diary.lines == ["a begin", "a middle"]
    assert run.finish() == "a"
    assert diary.lines[-1] == "a end"


def test_nothing_more_happens_when_it_is_killed() -> None:
    diary = Diary()
    run = Run(diary.write("a"))
    run.step()
    run.kill()

    assert diary.lines == ["a begin"]
    with pytest.raises(Stuck):
        run.step()
    with pytest.raises(Stuck):
        _ = run.result


def test_raises_where_it_stands_when_what_it_does_fails() -> None:
    diary = Diary()
    run = Run(diary.write("a"))
    run.step()
    with pytest.raises(ConnectionError):
        run.fail(ConnectionError())

    assert diary.lines == ["a begin", "a failed"]
    assert run.at is None


def test_every_try_fails_when_it_fails_for_good() -> None:
    diary = Diary()

    async def try_twice() -> str:
        try:
            return await diary.write("first")
        except ConnectionError:
            return await diary.write("second")

    run = Run(try_twice())
    with pytest.raises(ConnectionError):
        run.fail_for_good(ConnectionError())

    assert diary.lines == ["first failed", "second failed"]
    assert run.at is None


def test_steps_are_taken_in_the_order_that_is_chosen() -> None:
    diary = Diary()
    turns = iter("abbaba")
    runs = {name: Run(diary.write(name)) for name in "ab"}
    interleave(list(runs.values()), lambda ready: runs[next(turns)])

    assert diary.lines == ["a begin", "b begin", "b middle", "a middle", "b end", "a end"]


def test_stuck_when_the_point_never_comes() -> None:
    with pytest.raises(Stuck):
        Run(Diary().write("a")).run_to("epilogue")


def test_stuck_when_it_waits_for_somebody_who_is_not_there() -> None:
    async def wait() -> None:
        await stand_at(Point("for ever", lambda: False))

    with pytest.raises(Stuck):
        complete(wait())
