"""Which process holds which connection, and which part it is."""

import asyncio

import psutil

from ops.stack.lifecycle import Stack


async def pids_of(stack: Stack, *parts: str) -> dict[str, int]:
    """The processes that these parts have now."""
    states = await asyncio.to_thread(stack.states)
    return {name: pid for name in parts if (pid := states[name].pid) is not None}


def connected_to(port: int, pids: dict[str, int]) -> str:
    """The part that holds the far end of the connection from this port."""
    for name, pid in pids.items():
        for connection in psutil.Process(pid).net_connections(kind="tcp"):
            if connection.raddr and connection.raddr.port == port:
                return name
    raise AssertionError(f"none of {pids} holds a connection from port {port}")
