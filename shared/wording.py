"""What pydantic says of a value, as a plain sentence."""

_OUR_OWN = "Value error, "


def plain(message: str) -> str:
    """Without the prefix that pydantic gives to what our own validators say."""
    return message.removeprefix(_OUR_OWN)
