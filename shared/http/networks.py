"""Where clients are, as far as they cannot choose it freely."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_network

# What a provider gives one subscriber.
_IPV6_NETWORK = 64


def network_of(address: str) -> str:
    """An IPv4 address as it is, of an IPv6 address the /64 that it is in."""
    if ":" not in address:
        return address
    parsed = IPv6Address(address.partition("%")[0])
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ip_network((parsed.packed, _IPV6_NETWORK), strict=False))
