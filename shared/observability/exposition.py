"""The text behind `GET /metrics`."""

from __future__ import annotations

import os
from collections.abc import Iterable

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Metric, generate_latest

CONTENT_TYPE = CONTENT_TYPE_LATEST


def exposition(registry: CollectorRegistry) -> bytes:
    """All metrics of the registry in Prometheus text format, each sample with the label `process` (the pid).

    Several processes share one port, so a scrape reaches any of them: the label keeps their series apart, and
    each of them stays monotonic.
    """
    return generate_latest(_OfThisProcess(registry))


class _OfThisProcess:
    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry

    def collect(self) -> Iterable[Metric]:
        process = str(os.getpid())
        for metric in self._registry.collect():
            metric.samples = [
                sample._replace(labels={**sample.labels, "process": process})
                for sample in metric.samples
                if not sample.name.endswith("_created")
            ]
            yield metric
