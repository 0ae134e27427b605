"""What is around an order on this machine: parts, queues, dead letters, and what the provider still has to answer."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

import httpx

from ops.stack import rabbitmq, status
from ops.stack.added import OWN
from ops.stack.home import Home
from ops.stack.site import Site
from ops.stack.sql import ServerRefused, connected, run_blocking
from ops.story.situation import Ask, Letter, Queue, Surroundings

# A letter is kept as the bytes that came, which need not be JSON: the order's id is searched for in them.
_LETTERS = """
SELECT coalesce(json_agg(json_build_object(
    'id', id, 'type', type, 'error', error, 'attempts', attempts, 'failed_at', last_failed_at) ORDER BY last_failed_at), '[]')
FROM dead_letters WHERE status = 'OPEN' AND position(convert_to($1, 'UTF8') IN body) > 0"""
_ASKS = """
SELECT coalesce(json_agg(json_build_object('kind', kind, 'attempts', attempts, 'due_at', due_at) ORDER BY due_at), '[]')
FROM provider_calls WHERE order_id = $1::text::uuid"""


def look_around(home: Home, order_id: str) -> Surroundings:
    """What can be seen; `unread` says in a sentence each what could not. Nothing without a stack of this home."""
    found = status.look(home)
    if found.site is None:
        return Surroundings()
    ailing = {
        name: f"{part.state}: {part.reason}" if part.reason else part.state
        for name, part in found.parts.items()
        if part.state != status.READY
    }
    unread: list[str] = []
    queues = _queues(found.site, unread)
    letters: list[Letter] = []
    for service in OWN:
        letters += [
            Letter(
                service,
                row["type"],
                row["error"],
                row["attempts"],
                datetime.fromisoformat(row["failed_at"]),
                row["id"],
            )
            for row in _rows(found.site, service, _LETTERS, order_id, unread)
        ]
    asks = [
        Ask(row["kind"], row["attempts"], datetime.fromisoformat(row["due_at"]))
        for row in _rows(found.site, "payment", _ASKS, order_id, unread)
    ]
    return Surroundings(ailing, queues, tuple(letters), tuple(asks), tuple(dict.fromkeys(unread)))


def _queues(site: Site, unread: list[str]) -> Mapping[str, Queue]:
    """By name; counted by the broker some seconds ago at most."""
    try:
        with rabbitmq.management(site) as broker:
            answer = broker.get(f"/api/queues/{quote(site.virtual_host or '/', safe='')}").raise_for_status()
    except httpx.HTTPError as error:
        unread.append(f"The queues could not be seen: {error}")
        return {}
    return {
        queue["name"]: Queue(queue.get("messages", 0), queue.get("consumers", 0)) for queue in answer.json()
    }


def _rows(site: Site, database: str, query: str, order_id: str, unread: list[str]) -> list[dict[str, Any]]:
    async def ask() -> str:
        async with connected(site.database_url(database, "auditor")) as connection:
            return await connection.fetchval(query, order_id)

    try:
        return json.loads(run_blocking(ask()))
    except ServerRefused as refusal:
        unread.append(f"The database of the {database} service could not be read: {refusal}")
        return []
