"""A service in memory: a little one, with one aggregate that counts what it hears."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from shared.contracts.orders import OrderCancelled
from shared.eventsourcing.decisions import Access, Change, Decision, Model, Step, Touch
from shared.eventsourcing.metadata import Actor, Context
from shared.eventsourcing.recorded import Recorded
from shared.eventsourcing.rows import Aggregate, Rows
from shared.messaging.reactions import Heard
from shared.messaging.topology import Subscription
from shared.runtime.submissions import Decided, Submission
from shared.testing.broker import BrokerDown, MemoryBroker
from shared.testing.edge import Clock, Ids
from shared.testing.folds import disagreements
from shared.testing.service import MemoryService
from shared.testing.stepping import complete

CLOCK = Clock(datetime(2026, 1, 1, tzinfo=UTC))
ORDER = UUID(int=7)


@dataclass(frozen=True, slots=True)
class Tally:
    count: int = 0


@dataclass(frozen=True, slots=True)
class Counted:
    by: int


COUNTERS: Aggregate[Tally, Counted] = Aggregate(
    name="counters",
    id_type="uuid",
    state_type=Tally,
    initial=Tally(),
    prefix="counter",
    events={"counter.counted": Counted},
    evolve=lambda tally, counted: Tally(tally.count + counted.by),
)


@dataclass(frozen=True, slots=True)
class Count:
    order_id: UUID
    by: int


def touches(command: Count, _: Rows) -> list[Touch]:
    return [Touch(str(command.order_id), Access.CREATE)]


def decide(command: Count, _: Context, __: Rows) -> Decision:
    return Decision([Change(COUNTERS, str(command.order_id), Counted(command.by))])


def publish(recorded: Recorded) -> OrderCancelled:
    return OrderCancelled(order_id=UUID(recorded.row_id), reason="expired", previous_status="PENDING")


def count_when_cancelled(heard: Heard[OrderCancelled]) -> Count:
    return Count(heard.data.order_id, 100)


@pytest.fixture
def broker() -> MemoryBroker:
    return MemoryBroker({"counter": Subscription("counter", (OrderCancelled,))})


def counting(broker: MemoryBroker, *, remembers: bool) -> MemoryService[Count]:
    return MemoryService(
        "counter",
        model=Model(steps=[Step(COUNTERS, touches)], decide=decide),
        reactions={OrderCancelled: count_when_cancelled},
        publish=publish,
        broker=broker,
        clock=CLOCK,
        remembers=remembers,
    )


@pytest.fixture
def service(broker: MemoryBroker) -> MemoryService[Count]:
    return counting(broker, remembers=True)


def count(by: int, command: int = 1) -> Submission:
    command_id = UUID(int=command)
    context = Context(command_id, ORDER, command_id, Actor("somebody", "staff"), CLOCK.now)
    return Submission(Count(ORDER, by), context)


def test_committed_told_and_heard_through_json(service: MemoryService[Count], broker: MemoryBroker) -> None:
    [outcome] = service.handle(count(5))
    assert isinstance(outcome, Decided)
    service.relay()
    assert not service.has_news
    [delivery] = broker.waiting("counter", "order.cancelled")
    service.hear(delivery)

    assert service.state(COUNTERS, ORDER) == Tally(105)
    assert [recorded.event for recorded in service.recorded()] == [Counted(5), Counted(100)]
    assert broker.waiting("counter") == []
    assert disagreements(service) == []


@pytest.mark.parametrize(("remembers", "counted"), [(True, 105), (False, 205)])
def test_only_the_decider_knows_a_repeat_when_the_database_does_not_remember(
    broker: MemoryBroker, remembers: bool, counted: int
) -> None:
    """This one does not, so it counts twice."""
    service = counting(broker, remembers=remembers)
    service.handle(count(5))
    service.relay()
    [delivery] = broker.waiting("counter")
    service.start_hearing(delivery).finish()
    service.hear(delivery)

    assert service.state(COUNTERS, ORDER) == Tally(counted)


def test_told_again_when_the_relay_died_before_its_checkpoint(
    service: MemoryService[Count], broker: MemoryBroker
) -> None:
    service.handle(count(5))
    service.publish()
    assert service.has_news
    service.relay()

    assert [message.type for message in broker.published] == ["order.cancelled"] * 2
    assert len(broker.waiting("counter")) == 2


def test_nothing_is_told_and_nothing_forgotten_when_the_broker_is_down(
    service: MemoryService[Count], broker: MemoryBroker
) -> None:
    service.handle(count(5))
    broker.up = False
    with pytest.raises(BrokerDown):
        service.relay()
    assert service.has_news

    broker.up = True
    service.relay()
    assert len(broker.published) == 1


@pytest.mark.parametrize(("seam", "kept"), [("append events", 0), ("commit", 0), ("committed", 5)])
def test_all_or_nothing_when_a_process_dies(service: MemoryService[Count], seam: str, kept: int) -> None:
    dying = service.start(count(5))
    dying.run_to(seam)
    dying.kill()
    assert service.state(COUNTERS, ORDER).count == kept

    # Whoever comes next waits for nobody.
    service.handle(count(1, command=2))
    assert service.state(COUNTERS, ORDER).count == kept + 1
    assert disagreements(service) == []


def test_named_when_a_row_is_not_the_fold_of_its_events(service: MemoryService[Count]) -> None:
    service.handle(count(5))
    version, _, created_at, updated_at = service.database.committed("counters")[str(ORDER)]
    service.database.take_over(
        {("counters", str(ORDER)): (version, '{"count":6}', created_at, updated_at)}, ()
    )

    [sentence] = disagreements(service)
    assert "counters" in sentence


def test_named_when_a_stream_has_a_gap(service: MemoryService[Count]) -> None:
    for number in (1, 2, 3):
        service.handle(count(1, command=number))
    del service.database.events[1]

    assert "version 3 after 1" in disagreements(service)[0]


def test_refused_when_a_statement_is_not_known(service: MemoryService[Count]) -> None:
    async def ask() -> None:
        async with service.engine.connect() as connection:
            await connection.execute(text("SELECT now()"))

    with pytest.raises(NotImplementedError, match="SELECT now"):
        complete(ask())


def test_ids_are_of_their_time_and_the_same_in_every_run() -> None:
    clock = Clock(datetime(2026, 1, 1, tzinfo=UTC))
    ids, again = Ids(clock), Ids(clock)
    first = ids.new()
    clock.advance(timedelta(seconds=1))
    second = ids.new()

    assert first.version == second.version == 7
    assert first < second
    assert again.new() != first
    assert Ids(Clock(datetime(2026, 1, 1, tzinfo=UTC))).new() == first
