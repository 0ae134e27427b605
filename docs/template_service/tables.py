"""What the service keeps: an entry per order, and the totals that follow from them."""

from shared.eventsourcing.rows import Aggregate, Projection
from template_service.domain import entry
from template_service.domain.entry import Counted, Entry, Total

# Tables, prefixes and event names are on disk: add names, version them, never edit one.
ENTRIES: Aggregate[Entry, Counted] = Aggregate(
    name="entries",
    id_type="uuid",
    state_type=Entry,
    initial=Entry(),
    prefix="template",
    events={"template.counted": Counted},
    evolve=entry.evolve,
)

TOTALS: Projection[Total] = Projection(
    name="totals",
    id_type="text",
    state_type=Total,
    initial=Total(),
    keys=entry.keys_of,
    project=entry.total_after,
)
