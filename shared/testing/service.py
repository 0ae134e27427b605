"""A service in memory: its real model, reactions and publishing, handled by the real platform on fakes."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

from shared.contracts import REGISTRY
from shared.database.row_store import decoded_row
from shared.eventsourcing.decisions import Model
from shared.eventsourcing.recorded import Recorded
from shared.eventsourcing.rows import Row, Table
from shared.messaging.consumer import Reacting
from shared.messaging.incoming import Misunderstood, read_message
from shared.messaging.outgoing import Publish, batched
from shared.messaging.reactions import Heard, Reactions, context_of
from shared.runtime.handling import Handler
from shared.runtime.reacting import handle_reactions
from shared.runtime.submissions import Outcome, Submission
from shared.testing.broker import Delivery, MemoryBroker
from shared.testing.database import MemoryDatabase, StoredEvent
from shared.testing.engine import MemoryEngine
from shared.testing.statements import Statement
from shared.testing.stepping import Run, complete

S = TypeVar("S")
C = TypeVar("C")

EVERYTHING = 1_000_000
PROGRESS = "relay_progress"


class MemoryService(Generic[C]):
    """One service with one database. Each run started here is a process of its own: all state is in the database.

    `checkpoint` is the relay's; the table `relay_progress` holds when it had come how far. `statements` are those of
    the service itself, if any are to be run (`engine`).
    """

    def __init__(
        self,
        name: str,
        *,
        model: Model[C],
        reactions: Reactions,
        publish: Publish,
        broker: MemoryBroker,
        clock: Callable[[], datetime],
        remembers: bool = True,
        statements: Sequence[Statement] = (),
    ) -> None:
        self.name = name
        self.model = model
        self.database = MemoryDatabase(remembers=remembers)
        self.checkpoint = 0
        self.engine = MemoryEngine(self.database, statements).as_engine()
        self.handler = Handler(self.engine, model, sleep=_no_time)
        self._reactions = reactions
        self._publish = publish
        self._broker = broker
        self._clock = clock
        self._rows: dict[tuple[str, str], tuple[Any, Row[Any]]] = {}
        self._history: list[Recorded] = []
        self._history_of: list[StoredEvent] = []

    # Commands

    def start(self, *batch: Submission) -> Run[list[Outcome]]:
        """A process begins to handle these as one batch."""
        return Run(self.handler.handle(batch))

    def handle(self, *batch: Submission) -> list[Outcome]:
        return self.start(*batch).finish()

    # What is heard

    def start_hearing(self, *deliveries: Delivery) -> Run[None]:
        """A process begins to handle these messages as one batch; acknowledging them is another step."""
        return Run(self._react([r for delivery in deliveries for r in self._read(delivery)]))

    def hear(self, *deliveries: Delivery) -> None:
        """Handles and acknowledges. What an event fails with is raised: no event of a test is meant to fail."""
        self.start_hearing(*deliveries).finish()
        for delivery in deliveries:
            self._broker.acknowledge(delivery)

    def _read(self, delivery: Delivery) -> list[Reacting]:
        reacting: list[Reacting] = []
        for event in read_message(delivery.body, REGISTRY):
            if isinstance(event, Misunderstood):
                raise event.error
            reacting.append(self._reaction(event.heard, delivery.replayed))
        return reacting

    def _reaction(self, heard: Heard[Any], replayed: bool) -> Reacting:
        react = self._reactions[type(heard.data)]
        return Reacting(heard, react(heard), context_of(heard, self.name, self._clock()), replayed)

    async def _react(self, batch: Sequence[Reacting]) -> None:
        for error in await handle_reactions(self.handler)(batch):
            if error is not None:
                raise error

    # What is told

    @property
    def has_news(self) -> bool:
        """Whether there are events that the relay has still to look at."""
        return bool(self.database.events) and self.database.events[-1].position > self.checkpoint

    def tells(self, recorded: Recorded) -> bool:
        """Whether others are to hear of this event."""
        return self._publish(recorded) is not None

    def publish(self, at_most: int = EVERYTHING) -> int:
        """Publishes what lies after the checkpoint and returns how far it came. Raises BrokerDown."""
        events = self._forward(self.checkpoint, at_most)
        for message in batched(events, self._publish):
            self._broker.publish(message)
        return events[-1].position if events else self.checkpoint

    def relay(self, at_most: int = EVERYTHING) -> None:
        """Publishes, moves the checkpoint and notes it. A relay that dies in between has only done the first."""
        self.checkpoint = self.publish(at_most)
        now = self._clock()
        self.database.take_over({(PROGRESS, now.isoformat()): (now, self.checkpoint)}, ())

    # What is kept

    def rows(self, table: Table[S]) -> dict[str, Row[S]]:
        """The rows that exist, as last committed."""
        committed = self.database.committed(table.name)
        rows = {row_id: self._row(table, row_id, stored) for row_id, stored in committed.items()}
        return {row_id: row for row_id, row in rows.items() if row.version > 0}

    def _row(self, table: Table[S], row_id: str, stored: Any) -> Row[S]:
        """Read once, until another is stored."""
        known = self._rows.get((table.name, row_id))
        if known is None or known[0] is not stored:
            known = self._rows[table.name, row_id] = stored, decoded_row(table, *stored)
        return known[1]

    def states(self, table: Table[S]) -> dict[str, S]:
        return {row_id: row.state for row_id, row in self.rows(table).items()}

    def state(self, table: Table[S], row_id: object) -> S:
        stored = self.database.committed(table.name).get(str(row_id))
        return self._row(table, str(row_id), stored).state if stored else table.initial

    def recorded(self, after_position: int = 0) -> list[Recorded]:
        """Stored events in the order of commits."""
        return self._forward(after_position, EVERYTHING)

    def _forward(self, after_position: int, limit: int) -> list[Recorded]:
        stored = self.database.events
        # Read once: a long story asks for it very often. A test that cooks the books has it read again.
        if stored[: len(self._history_of)] != self._history_of:
            self._history, self._history_of = [], []
        if len(stored) > len(self._history_of):
            self._history += complete(self._read_after(self._history[-1].position if self._history else 0))
            self._history_of = list(stored)
        first = bisect_right(self._history, after_position, key=lambda event: event.position)
        return self._history[first : first + limit]

    async def _read_after(self, position: int) -> list[Recorded]:
        async with self.engine.connect() as connection:
            return await self.handler.store.forward(connection, after_position=position, limit=EVERYTHING)


async def _no_time(_: float) -> None:
    """There is no event loop to wait in; what would be waited for does not change by waiting."""
