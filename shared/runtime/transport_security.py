"""What production asks of addresses: nothing leaves the machine in plain text, or for whoever claims to be the far end."""

from ipaddress import ip_address
from urllib.parse import parse_qsl, urlsplit

_ENCRYPTED = {"amqp": "amqps", "redis": "rediss", "http": "https"}


def weakness(address: str) -> str | None:
    """What would have to change about the URL; None when the far end is verified, or is this machine.

    Says nothing of what the URL holds.
    """
    parts = urlsplit(address)
    options = parse_qsl(parts.query, keep_blank_values=True)
    names = {name for name, _ in options}
    # Of several hosts, of which PostgreSQL's URLs may name some, the first alone would be looked at.
    if _is_loopback(parts.hostname) and "," not in parts.netloc and "host" not in names:
        return None
    match parts.scheme:
        case "postgresql" | "postgres":
            modes = [value for name, value in options if name == "sslmode"]
            return None if set(modes) == {"verify-full"} else "needs ?sslmode=verify-full in production"
        case "amqps":
            return "must not have no_verify_ssl in production" if "no_verify_ssl" in names else None
        case "rediss":
            weakening = sorted(name for name in names if name.startswith("ssl_") and name != "ssl_ca_certs")
            return f"must not have {weakening[0]} in production" if weakening else None
        case "https":
            return None
        case scheme:
            return f"must begin with {_ENCRYPTED.get(scheme, 'https')}:// in production"


def _is_loopback(host: str | None) -> bool:
    if host is None or host == "localhost":
        return host is not None
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
