"""What an order waits for, since when, what ends the wait, and what to run: sentences made from its situation."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from ops.orders import money
from ops.story.situation import Situation
from ops.story.waits import Answer, Contradiction, Decision, Hearing, Provider, Wait, waits

# Stored events of a reservation are published under the inventory's names.
PUBLIC = {
    "reservation.stock_reserved": "inventory.reserved",
    "reservation.refused": "inventory.reservation_failed",
    "reservation.stock_released": "inventory.released",
    "order.shipped": "order.updated (SHIPPED)",
}
# What a staff member may do next with an order that goes on by nobody else's doing.
NEXT_STEP = {"CONFIRMED": "PROCESSING", "PROCESSING": "SHIPPED", "SHIPPED": "DELIVERED"}
STATUS = "./eventflow status"


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is waited for or stands in the way; `run` shows more or mends it.

    `ends` says what ends it: empty for what has ended for good, and for nothing else.
    """

    text: str
    since: datetime | None
    ends: str
    run: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """`ended` when nothing is waited for; else `waits_for`. `obstacles` are what keeps it, or would keep it, from going on."""

    ended: Sentence | None
    waits_for: tuple[Sentence, ...]
    obstacles: tuple[Sentence, ...]


def explain(situation: Situation) -> Explanation:
    """Every wait has an end, whatever the situation."""
    found = waits(situation)
    told = [_wait(wait, situation) for wait in found if not isinstance(wait, Contradiction | Answer)]
    obstacles = tuple(_obstacles(found, situation))
    return Explanation(None if found else _end(situation), tuple(dict.fromkeys(told)), obstacles)


def contradicts_itself(situation: Situation) -> bool:
    """Whether the services' states do not fit: so it is, too, when it went on while they were asked one by one."""
    return any(isinstance(wait, Contradiction) for wait in waits(situation))


def _end(situation: Situation) -> Sentence:
    order = situation.story.order or {}
    status = order["status"]
    began, last = datetime.fromisoformat(order["created_at"]), _last_word(situation)
    reason = f" ({order['reason']})" if order["reason"] else ""
    text = f"nothing: it ended as {status}{reason} after {_duration((last - began).total_seconds())}"
    if status in ("FAILED", "CANCELLED"):
        text += f"; {_given_back(situation)}"
    if following := NEXT_STEP.get(status):
        text = f"{text}; the staff's next step is {following}"
        run = f'POST /orders/{order["id"]}/status with {{"status": "{following}"}}'
        return Sentence(text, last, "when the staff takes it; nothing expires any more", (run,))
    return Sentence(text, last, "", (f"./eventflow order timeline {order['number']}",))


def _wait(wait: Hearing | Provider | Decision, situation: Situation) -> Sentence:
    match wait:
        case Hearing():
            return _hearing(wait, situation)
        case Provider():
            return _provider(wait, situation)
        case Decision(what, since):
            return Sentence(f"the staff: {what}", since, "when somebody decides; nothing expires", ())


def _hearing(wait: Hearing, situation: Situation) -> Sentence:
    event = situation.last(wait.type)
    public = PUBLIC.get(wait.type, wait.type)
    if event is not None and not event.published:
        return Sentence(
            f"the broker to take {public} from the {event.service} service since {_clock(event.time, situation)}",
            event.time,
            _with_expiry("when RabbitMQ confirms it; then it is heard", situation),
            (STATUS, f"./eventflow logs {event.service}"),
        )
    since = f" since {_clock(event.time, situation)}" if event else ""
    queue = situation.around.queues.get(f"{wait.listener}_queue")
    depth = f" ({queue.depth} messages in {wait.listener}_queue)" if queue else ""
    return Sentence(
        f"the {wait.listener} service to hear {public}{since}{depth}",
        event.time if event else None,
        _with_expiry(f"when it does, for the broker keeps it until then: {wait.then}", situation),
        (f"./eventflow logs {wait.listener}",),
    )


def _provider(wait: Provider, situation: Situation) -> Sentence:
    what = "payment" if wait.kind == "charge" else "refund"
    text = f"the {what}: the provider has not answered since {_clock(wait.since, situation)}"
    ask = situation.ask(wait.kind)
    if ask is not None and ask.attempts:
        text += f" ({ask.attempts} {'attempt' if ask.attempts == 1 else 'attempts'})"
    if ask is not None and ask.due_at > situation.now:
        asked = "asked again" if ask.attempts else "asked"
        text += f"; it is {asked} at {_clock(ask.due_at, situation)}"
    ends = f"when the provider answers, for it is asked with one key until it does: {wait.then}"
    # Not with the expiry: that would not end the wait for the provider's answer.
    return Sentence(text, wait.since, ends, ("./eventflow logs payment",))


def _with_expiry(ends: str, situation: Situation) -> str:
    """A PENDING order waits no longer than that, whatever else happens."""
    order = situation.story.order
    if order is None or order["status"] != "PENDING":
        return ends
    expires = datetime.fromisoformat(order["expires_at"])
    return f"{ends}; else it is cancelled when it expires, not before {_clock(expires, situation)}"


def _obstacles(found: list[Wait], situation: Situation) -> Iterator[Sentence]:
    for wait in found:
        match wait:
            case Answer(service):
                answers = "when it runs again: it then goes on where it was"
                yield Sentence(situation.story.missing[service], None, answers, (STATUS, "make up"))
            case Contradiction(what):
                corrected = "when whoever maintains the services has corrected it"
                run = f"./eventflow order timeline {situation.story.order_id}"
                yield Sentence(f"{what}: no event explains that", None, corrected, (run,))
            case _:
                pass
    for letter in situation.around.letters:
        yield Sentence(
            f"the {letter.service} service has given up on {letter.type or 'an event'} after {letter.attempts} "
            f"attempts, last at {_clock(letter.failed_at, situation)}: {letter.error}",
            letter.failed_at,
            "when its cause is mended and the dead letter is replayed",
            (f"./eventflow dlq show {letter.id}", f"./eventflow dlq replay {letter.id} --dry-run"),
        )
    if not found:
        return
    for part, state in situation.around.ailing.items():
        yield Sentence(
            f"{part} is {state}", None, "when it is ready again", (STATUS, f"./eventflow logs {part}")
        )
    for listener in dict.fromkeys(wait.listener for wait in found if isinstance(wait, Hearing)):
        queue = situation.around.queues.get(f"{listener}_queue")
        if queue is not None and not queue.consumers:
            yield Sentence(
                f"nobody consumes {listener}_queue ({queue.depth} messages)",
                None,
                f"when the {listener} service is connected to the broker again",
                (STATUS, f"./eventflow logs {listener}"),
            )


def _last_word(situation: Situation) -> datetime:
    """When the last event was stored that belongs to its end: what staff does with it later does not."""
    order = situation.story.order or {}
    if order["status"] in ("FAILED", "CANCELLED"):
        return max(event.time for event in situation.story.events)
    ending = {"CONFIRMED": "order.confirmed", "PROCESSING": "order.processing_started"}
    event = situation.last(ending.get(order["status"], f"order.{order['status'].lower()}"))
    return event.time if event else datetime.fromisoformat(order["updated_at"])


def _given_back(situation: Situation) -> str:
    payment = situation.story.payment or {}
    if not payment.get("captured"):
        return "no money was taken and no stock is held"
    returned = money(payment["refunded_total"], payment["currency"])
    return f"{returned} was taken and returned, and no stock is held"


def _duration(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 10 else f"{seconds:.0f} s"


def _clock(time: datetime, situation: Situation) -> str:
    """The time of the day in UTC, with the date when it is another than today's."""
    return time.strftime("%H:%M:%S" if time.date() == situation.now.date() else "%Y-%m-%d %H:%M:%S")
