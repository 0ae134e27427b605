"""`python -m ops` is `eventflow`."""

from ops.cli import app

# The audit starts processes of its own, which import this module again.
if __name__ == "__main__":
    app(prog_name="eventflow")
