"""One format for every line that a process writes: a JSON object on stdout."""

from __future__ import annotations

import json
import logging
import os
import sys

import orjson
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from shared.observability.correlation import correlation_id
from shared.observability.tracebacks import structured_traceback

_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


def configure_logging(service: str, level: str) -> None:
    """Call once per process, before anything logs.

    Our own events appear from `level` on; those of libraries (through `logging`) and Python's warnings from
    WARNING on. Each line carries `time`, `level`, `event`, `service`, `process` (the pid), the bound correlation
    id and whatever `structlog.contextvars` holds. Raises ValueError on an unknown level.
    """
    if level.upper() not in _LEVELS:
        raise ValueError(f"log level {level!r} is not one of {', '.join(_LEVELS)}")
    threshold = logging.getLevelNamesMapping()[level.upper()]

    describe: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        _identify(service),
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        structlog.processors.ExceptionRenderer(structured_traceback),
    ]
    structlog.configure(
        processors=[*describe, _as_json],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.BytesLoggerFactory(),
        cache_logger_on_first_use=True,
    )

    stdout = logging.StreamHandler(sys.stdout)
    stdout.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *describe,
                _as_json_text,
            ],
        )
    )
    logging.basicConfig(handlers=[stdout], level=max(threshold, logging.WARNING), force=True)
    logging.captureWarnings(True)


def _identify(service: str) -> Processor:
    process = os.getpid()

    def identify(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        event["service"] = service
        event["process"] = process
        if (correlation := correlation_id()) is not None:
            event["correlation_id"] = correlation
        return event

    return identify


def _as_json(_logger: WrappedLogger, _method: str, event: EventDict) -> bytes:
    try:
        return orjson.dumps(event, default=str)
    except orjson.JSONEncodeError:
        # Lone surrogates, integers beyond 64 bits: rare, and a line must never be lost to its own content.
        return json.dumps(event, default=str).encode()


def _as_json_text(logger: WrappedLogger, method: str, event: EventDict) -> str:
    return _as_json(logger, method, event).decode()
