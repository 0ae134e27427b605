"""A broker that may be new, made ready before the first event is published.

The broker loads its topology when it starts; what is missing nevertheless is made here, by its administrator.

RabbitMQ confirms a declared quorum queue or stream before it is on disk: Ra's directory of names is an Erlang dets
table, which writes after 3 s. A broker killed in between comes back with the queue empty, and with the stream out of
reach for good, whatever it had confirmed. Hence nobody publishes before everything has been there for a while.

    python -m shared.messaging.provisioning        the broker at RABBITMQ_URL; exit status 1 when it does not answer
"""

import asyncio
import os
import sys

from aio_pika.abc import AbstractConnection
from aio_pika.exceptions import ChannelNotFoundEntity

from shared.messaging.connection import BROKER_FAULTS, LinkLost, open_connection
from shared.messaging.declaring import declare, require
from shared.messaging.topology import Subscription
from shared.secret_files import WrongSecret, secret

# Dets writes 3 s after the first change; once more as long for a machine that is busy.
_ON_DISK_AFTER_SECONDS = 6.0


async def provision(url: str, *added: Subscription, new: bool = False, patience: float = 30.0) -> None:
    """Makes what is missing, and returns once a crash of the broker cannot undo it. `new`: it has just made it itself.

    `url` is the administrator's. Raises one of BROKER_FAULTS when that fails for `patience` seconds: a node that has
    restarted serves a moment before it finds its stream again.
    """
    deadline = asyncio.get_running_loop().time() + patience
    while True:
        try:
            return await _declare_durably(url, added, new=new)
        except BROKER_FAULTS:
            if asyncio.get_running_loop().time() > deadline:
                raise
        await asyncio.sleep(0.5)


async def _declare_durably(url: str, added: tuple[Subscription, ...], *, new: bool) -> None:
    async with open_connection(url, "provisioning") as connection:
        try:
            missing = not await _complete(connection, added)
            await declare(await connection.channel(), *added)
        except RuntimeError as error:  # how the client says that the connection has closed in the meantime
            raise LinkLost(str(error)) from error
    if missing or new:
        await asyncio.sleep(_ON_DISK_AFTER_SECONDS)


async def _complete(connection: AbstractConnection, added: tuple[Subscription, ...]) -> bool:
    try:
        await require(await connection.channel(), *added)
    except ChannelNotFoundEntity:
        return False
    return True


def main() -> None:
    try:
        url = secret("RABBITMQ_URL", os.environ)
    except WrongSecret as error:
        sys.exit(str(error))
    try:
        asyncio.run(provision(url, new=True))
    except BROKER_FAULTS as refusal:
        sys.exit(f"The broker cannot be provisioned: {str(refusal) or type(refusal).__name__}")


if __name__ == "__main__":
    main()
