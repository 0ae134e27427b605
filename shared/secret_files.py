"""Secrets from files: what a variable would hold may lie in the file that NAME_FILE names, as Docker hands them out."""

from collections.abc import Mapping
from pathlib import Path


class WrongSecret(ValueError):
    """The text names the variable and never what is in the file."""


def secret_in_file(name: str, environment: Mapping[str, str]) -> str | None:
    """What the file of NAME_FILE holds, without the end of its last line; None when that variable is not set.

    Raises WrongSecret when the file cannot be read or is empty, or NAME is set too.
    """
    variable = f"{name}_FILE"
    file = environment.get(variable)
    if not file:
        return None
    if environment.get(name):
        raise WrongSecret(f"{variable}: {name} is set too, and one of the two is enough")
    try:
        secret = Path(file).read_text().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise WrongSecret(f"{variable}: the file cannot be read: {reason}") from None
    if not secret:
        raise WrongSecret(f"{variable}: the file is empty")
    return secret


def secret(name: str, environment: Mapping[str, str]) -> str:
    """The value of NAME, or what is in the file of NAME_FILE. Raises WrongSecret also when neither is set."""
    value = secret_in_file(name, environment) or environment.get(name)
    if not value:
        raise WrongSecret(f"{name}: not set")
    return value
