"""From a case that fails to the shortest one that fails in the same way."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from tests.simulation.acts import Event, Together, Work
from tests.simulation.case import Case, Quiet, replay
from tests.simulation.events import Ask, Relay
from tests.simulation.labour import Hear, Record
from tests.simulation.requests import Place

# Enough for any case of a hundred acts; a minute at most.
_REPLAYS_AT_MOST = 1_000


class Shrinking:
    """Leaves out what it can: acts, then parts of acts. `wrong` is what the case came to."""

    def __init__(self, wrong: Sequence[str]) -> None:
        self._kind = _kind(wrong[0])
        self._replays = 0

    def shortest(self, case: Case) -> Case:
        """A case that fails likewise, of which nothing can be left out; the same one when it does not fail again."""
        if not self._fails(case):
            return case
        before = None
        while before != case:
            before = case
            case = self._with_fewer_acts(case)
            case = self._with_simpler_acts(case)
        plain = replace(case, opening=replace(case.opening, remembers=True))
        return plain if self._fails(plain) else case

    def _fails(self, case: Case) -> bool:
        self._replays += 1
        if self._replays > _REPLAYS_AT_MOST:
            return False
        return any(_kind(sentence) == self._kind for sentence in replay(case).wrong)

    def _with_fewer_acts(self, case: Case) -> Case:
        size = max(1, len(case.acts) // 2)
        while True:
            at = len(case.acts)
            while at > 0:
                at -= size
                fewer = Case(case.opening, case.acts[: max(at, 0)] + case.acts[max(at, 0) + size :])
                if len(fewer.acts) < len(case.acts) and self._fails(fewer):
                    case = fewer
            if size == 1:
                return case
            size = max(1, size // 2)

    def _with_simpler_acts(self, case: Case) -> Case:
        acts = list(case.acts)
        index = 0
        while index < len(acts):
            for simpler in _simpler(acts[index]):
                if self._fails(Case(case.opening, (*acts[:index], simpler, *acts[index + 1 :]))):
                    acts[index] = simpler
                    break
            else:
                index += 1
        return Case(case.opening, tuple(acts))


def _kind(sentence: str) -> str:
    return sentence.split()[0]


def _simpler(act: Event) -> Iterable[Event]:
    match act:
        case Together(works=works):
            for index, work in enumerate(works):
                before, after = works[:index], works[index + 1 :]
                if before or after:
                    yield replace(act, works=before + after)
                if work.mishap is not None:
                    yield replace(act, works=(*before, Work(work.task), *after))
                for task in _simpler_task(work.task):
                    yield replace(act, works=(*before, replace(work, task=task), *after))
        case Relay(fate=fate) if fate:
            yield replace(act, fate="")
        case Ask(mishap=mishap, dies=dies):
            if mishap:
                yield replace(act, mishap=None)
            if dies:
                yield replace(act, dies=False)
        case Quiet(turns=turns) if turns:
            yield Quiet()
        case _:
            pass


def _simpler_task(task: object) -> Iterable[Hear | Place | Record]:
    match task:
        case Record(asked_twice=True):
            yield replace(task, asked_twice=False)
        case Hear(tags=tags) if len(tags) > 1:
            for index in range(len(tags)):
                yield replace(task, tags=tags[:index] + tags[index + 1 :])
        case Place(lines=lines) if len(lines) > 1:
            for index in range(len(lines)):
                yield replace(task, lines=lines[:index] + lines[index + 1 :])
        case _:
            pass
