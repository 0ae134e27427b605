"""What can go wrong with the stack. Every message is one sentence with what to do.

StackError
+-- PrerequisiteMissing     this machine lacks something; exit status 2
+-- PartFailed              a part did not come up
"""

from collections.abc import Sequence


class StackError(Exception):
    """Shown to the operator as it is."""

    exit_status = 1


class PrerequisiteMissing(StackError):
    """Something has to be installed or changed on this machine first; the message holds the line to paste."""

    exit_status = 2


class PartFailed(StackError):
    """A part did not become ready; `log_lines` are its last lines, oldest first."""

    def __init__(self, message: str, log_lines: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.log_lines = tuple(log_lines)
