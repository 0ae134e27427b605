"""The text behind `GET /metrics`."""

from __future__ import annotations

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, disable_created_metrics, generate_latest

CONTENT_TYPE = CONTENT_TYPE_LATEST

# Twice the series, for when a counter began: whoever scrapes sees that from its value.
disable_created_metrics()


def exposition(registry: CollectorRegistry) -> bytes:
    """All metrics of the registry in Prometheus text format."""
    return generate_latest(registry)
