"""From answers and sights to figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ops.bench.generator import Answers

CREATED = 201
PERCENTILES = (50, 90, 99)


@dataclass(frozen=True, slots=True)
class Figures:
    """One load. Rates are per second of the load; `confirmed_per_s` counts what was confirmed while it lasted.

    `post_ms` and `confirmed_ms` are percentiles counted from the moment at which the request was meant to leave.
    `backlog_s` is the work that was left when the load ended, in seconds at the rate of confirming.
    """

    rate: float
    seconds: float
    offered: int
    accepted: int
    confirmed: int
    confirmed_in_time: int
    post_ms: Mapping[str, float]
    confirmed_ms: Mapping[str, float]
    backlog: Sequence[int]

    @property
    def offered_per_s(self) -> float:
        return self.offered / self.seconds

    @property
    def accepted_per_s(self) -> float:
        return self.accepted / self.seconds

    @property
    def confirmed_per_s(self) -> float:
        return self.confirmed_in_time / self.seconds

    @property
    def backlog_s(self) -> float:
        left = self.offered - self.confirmed_in_time
        return left / self.confirmed_per_s if self.confirmed_in_time else float("inf")

    @property
    def sustained(self) -> bool:
        """Everything was accepted and confirmed, and less than a second's work was left in the end."""
        return self.offered == self.accepted == self.confirmed and self.backlog_s < 1.0


def figures_of(
    answers: Answers, confirmed: Mapping[str, float], rate: float, seconds: float, begun: float
) -> Figures:
    """`confirmed` tells when each order was, by its id; `begun` when the load began."""
    accepted = [
        (intended, answered, order_id)
        for intended, answered, status, order_id in zip(
            answers.intended, answers.answered, answers.statuses, answers.ids, strict=True
        )
        if status == CREATED and order_id is not None
    ]
    ended = [(intended, confirmed[order_id]) for intended, _, order_id in accepted if order_id in confirmed]
    return Figures(
        rate=rate,
        seconds=seconds,
        offered=len(answers.intended),
        accepted=len(accepted),
        confirmed=len(ended),
        confirmed_in_time=sum(moment <= begun + seconds for _, moment in ended),
        post_ms=percentiles([answered - intended for intended, answered, _ in accepted]),
        confirmed_ms=percentiles([moment - intended for intended, moment in ended]),
        backlog=_backlog(answers.intended, [moment for _, moment in ended], begun),
    )


def percentiles(durations: Sequence[float]) -> dict[str, float]:
    """Nearest-rank percentiles and the longest, in milliseconds; empty of nothing."""
    if not durations:
        return {}
    ordered = sorted(durations)
    found = {f"p{percent}": ordered[-(-len(ordered) * percent // 100) - 1] for percent in PERCENTILES}
    return {name: round(value * 1000, 1) for name, value in {**found, "max": ordered[-1]}.items()}


def _backlog(offered: Sequence[float], confirmed: Sequence[float], begun: float) -> list[int]:
    """Orders that were due and not confirmed, at the end of each second until all are."""
    last = max([*offered, *confirmed], default=begun)
    ends = [begun + second for second in range(1, int(last - begun) + 2)]
    return [sum(t <= end for t in offered) - sum(t <= end for t in confirmed) for end in ends]
