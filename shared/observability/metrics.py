"""Every metric of the platform, by the name under which `/metrics` shows it.

Units are in the names (seconds, or a plain count). Labels are few and bounded: route templates, queue names,
outcomes; never an id. Whoever does the work updates its metric: the HTTP edge, the consumer, the relay, the
commit, the pool, and the order service for sagas.
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

HTTP_REQUEST_DURATION = Histogram(
    "eventflow_http_request_duration_seconds",
    "From the first byte handed to the application until its answer is written, by route template.",
    ("method", "route", "status"),
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0),
    registry=REGISTRY,
)
CUT_CONNECTIONS = Counter(
    "eventflow_http_cut_connections_total",
    "Connections that were cut off: crowded (there were too many, this one idled longest), stalled (nobody read).",
    ("why",),
    registry=REGISTRY,
)

QUEUE_DEPTH = Gauge(
    "eventflow_queue_depth_messages",
    "Messages ready in the queue, as the broker last reported them.",
    ("queue",),
    registry=REGISTRY,
)
CONSUMER_LAG = Gauge(
    "eventflow_consumer_lag_seconds",
    "Age of the oldest event in the batch last committed: commit time minus the event's own time.",
    ("queue",),
    registry=REGISTRY,
)
CONSUMED_EVENTS = Counter(
    "eventflow_consumed_events_total",
    "Events taken from the queue by what became of them: handled (or heard before), locked, retried, dead.",
    ("queue", "outcome"),
    registry=REGISTRY,
)

RELAY_LAG_EVENTS = Gauge(
    "eventflow_relay_lag_events",
    "Stored events beyond the relay's checkpoint. Only the elected relay reports it.",
    registry=REGISTRY,
)
RELAY_LAG = Gauge(
    "eventflow_relay_lag_seconds",
    "Age of the oldest stored event beyond the relay's checkpoint; 0 when there is none.",
    registry=REGISTRY,
)
WITHHELD_STREAMS = Gauge(
    "eventflow_relay_withheld_streams",
    "Streams that are not published any further, because one of their events cannot be. Only the elected relay reports it.",
    registry=REGISTRY,
)
RELAYED_EVENTS = Counter(
    "eventflow_relayed_events_total",
    "Events confirmed by the broker, repeats after a crash included.",
    registry=REGISTRY,
)

COMMIT_BATCH_SIZE = Histogram(
    "eventflow_commit_batch_size_inputs",
    "Commands (source http) or events (source queue) committed together.",
    ("source",),
    buckets=(1, 2, 5, 10, 20, 50, 100, 200, 500),
    registry=REGISTRY,
)
APPEND_LOCK_HOLD = Histogram(
    "eventflow_append_lock_hold_seconds",
    "From sending the statement that takes the append lock until COMMIT is acknowledged.",
    buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0),
    registry=REGISTRY,
)
POOL_IN_USE = Gauge(
    "eventflow_database_pool_in_use_connections",
    "Connections handed out by the pool at this moment.",
    ("pool",),
    registry=REGISTRY,
)
POOL_SIZE = Gauge(
    "eventflow_database_pool_size_connections",
    "Connections that the pool may hand out at most.",
    ("pool",),
    registry=REGISTRY,
)

CACHE_READS = Counter(
    "eventflow_cache_reads_total",
    "Reads of a cache by what became of them: hit, miss, or error (Redis does not answer).",
    ("cache", "outcome"),
    registry=REGISTRY,
)

SOCKETS = Gauge(
    "eventflow_gateway_open_sockets",
    "Clients that are connected over Socket.IO at this moment.",
    registry=REGISTRY,
)
SUBSCRIPTIONS = Gauge(
    "eventflow_gateway_live_subscriptions",
    "What all sockets together follow at this moment.",
    registry=REGISTRY,
)
SENT_MESSAGES = Counter(
    "eventflow_gateway_sent_messages_total",
    "Messages handed to sockets to be sent; one to a dashboard holds several events.",
    registry=REGISTRY,
)
DROPPED_SOCKETS = Counter(
    "eventflow_gateway_dropped_sockets_total",
    "Sockets that were cut off because they did not read what they followed.",
    registry=REGISTRY,
)

SAGA_OUTCOMES = Counter(
    "eventflow_saga_outcomes_total",
    "Orders that reached an end of their saga: confirmed, failed or cancelled, with the reason (empty if none).",
    ("outcome", "reason"),
    registry=REGISTRY,
)
