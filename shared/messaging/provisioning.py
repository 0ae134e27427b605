"""A broker that may be new, made ready before the first event is published.

RabbitMQ confirms a declared quorum queue or stream before it is on disk: Ra's directory of names is an Erlang dets
table, which writes after 3 s. A broker killed in between comes back with the queue empty, and with the stream out of
reach for good, whatever it had confirmed. Hence nobody publishes before everything has been there for a while.

    python -m shared.messaging.provisioning        the broker at RABBITMQ_URL; exit status 1 when it does not answer
"""

import asyncio
import os
import sys

from aio_pika.exceptions import ChannelNotFoundEntity

from shared.messaging.connection import BROKER_FAULTS, open_channel, open_connection
from shared.messaging.topology import NOTIFICATION_STREAM, SUBSCRIPTIONS

# Dets writes 3 s after the first change; once more as long for a machine that is busy.
_ON_DISK_AFTER_SECONDS = 6.0


async def provision(url: str, patience: float = 30.0) -> None:
    """Declares what is missing, and returns once a crash of the broker cannot undo it.

    Raises one of BROKER_FAULTS when that fails for `patience` seconds: a node that has restarted serves a moment
    before it finds its stream again.
    """
    deadline = asyncio.get_running_loop().time() + patience
    while True:
        try:
            return await _declare_durably(url)
        except BROKER_FAULTS:
            if asyncio.get_running_loop().time() > deadline:
                raise
        await asyncio.sleep(0.5)


async def _declare_durably(url: str) -> None:
    missing = not await _complete(url)
    async with open_channel(url, "provisioning"):
        if missing:
            await asyncio.sleep(_ON_DISK_AFTER_SECONDS)


async def _complete(url: str) -> bool:
    names = [NOTIFICATION_STREAM, *(name for each in SUBSCRIPTIONS.values() for name in each.queues)]
    async with open_connection(url, "provisioning") as connection:
        channel = await connection.channel()
        try:
            for name in names:
                await channel.declare_queue(name, passive=True)
        except ChannelNotFoundEntity:
            return False
    return True


def main() -> None:
    url = os.environ.get("RABBITMQ_URL")
    if not url:
        sys.exit("RABBITMQ_URL: not set")
    try:
        asyncio.run(provision(url))
    except BROKER_FAULTS as refusal:
        sys.exit(f"The broker cannot be provisioned: {str(refusal) or type(refusal).__name__}")


if __name__ == "__main__":
    main()
