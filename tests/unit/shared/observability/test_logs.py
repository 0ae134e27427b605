"""In processes of their own: logging is configured once per process, and stdout is what counts."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from shared.observability.logs import configure_logging

ROOT = Path(__file__).parents[4]
PREPARE = """
import asyncio, logging, warnings
import structlog
from shared.observability.correlation import correlated
from shared.observability.logs import configure_logging
log = structlog.stdlib.get_logger()
"""


def lines_of(program: str) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-c", PREPARE + program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_line_says_who_when_what_and_why() -> None:
    (line,) = lines_of("""
configure_logging("order_service", "info")
with correlated("c-1"), structlog.contextvars.bound_contextvars(order_id="o-1"):
    log.info("stock_reserved", lines=2)
""")

    assert line.pop("time").endswith("Z")
    assert line.pop("process") > 0
    assert line == {
        "event": "stock_reserved",
        "level": "info",
        "service": "order_service",
        "correlation_id": "c-1",
        "order_id": "o-1",
        "lines": 2,
    }


def test_lines_below_the_level_are_left_out() -> None:
    lines = lines_of("""
configure_logging("order_service", "ERROR")
log.info("a"); log.warning("b"); log.error("c")
logging.getLogger("aio_pika").warning("d")
logging.getLogger("aio_pika").error("e")
""")

    assert [line["event"] for line in lines] == ["c", "e"]


def test_libraries_are_heard_from_warning_on_in_the_same_form() -> None:
    lines = lines_of("""
configure_logging("order_service", "DEBUG")
for name in ("uvicorn.error", "aio_pika", "sqlalchemy.engine", "alembic"):
    logging.getLogger(name).info("chatter")
with correlated("c-1"):
    logging.getLogger("aio_pika").warning("connection %s", "lost")
warnings.warn("old", stacklevel=1)
""")

    assert [(line["level"], line["logger"]) for line in lines] == [
        ("warning", "aio_pika"),
        ("warning", "py.warnings"),
    ]
    assert lines[0]["event"] == "connection lost"
    assert lines[0]["correlation_id"] == "c-1"
    assert lines[0]["service"] == "order_service"


@pytest.mark.parametrize("logger", ["log", 'logging.getLogger("asyncio")'])
def test_exception_is_a_structure_without_the_values_of_variables(logger: str) -> None:
    (line,) = lines_of(f"""
configure_logging("order_service", "INFO")
def charge(address):
    raise ValueError("declined")
try:
    try:
        charge("12 Privet Drive")
    except ValueError as cause:
        raise RuntimeError("gave up") from cause
except RuntimeError:
    {logger}.exception("charge_failed")
""")

    assert [(stack["exc_type"], stack["exc_value"]) for stack in line["exception"]] == [
        ("RuntimeError", "gave up"),
        ("ValueError", "declined"),
    ]
    assert [frame["name"] for frame in line["exception"][1]["frames"]] == ["<module>", "charge"]
    assert "Privet" not in json.dumps(line)


def test_rejected_input_is_not_logged_when_an_exception_quotes_it() -> None:
    (line,) = lines_of("""
from pydantic import TypeAdapter
configure_logging("order_service", "INFO")
async def fail():
    async with asyncio.TaskGroup() as group:
        group.create_task(parse())
async def parse():
    TypeAdapter(int).validate_python("12 Privet Drive")
try:
    asyncio.run(fail())
except* ValueError:
    log.exception("bad")
""")

    assert "ValidationError" in json.dumps(line)
    assert "Privet" not in json.dumps(line)


def test_line_is_written_when_its_content_is_hard_to_put_into_json() -> None:
    lines = lines_of("""
configure_logging("order_service", "INFO")
log.info("surrogate", text="\\ud800")
log.info("large", number=10**30)
log.info("object", thing={1, 2}.__class__)
log.info("two\\nlines")
""")

    assert [line["event"] for line in lines] == ["surrogate", "large", "object", "two\nlines"]
    assert lines[1]["number"] == 10**30


def test_level_is_refused_when_it_is_unknown() -> None:
    with pytest.raises(ValueError, match="'verbose' is not one of DEBUG, INFO"):
        configure_logging("order_service", "verbose")
