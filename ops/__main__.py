"""`python -m ops` is `eventflow`."""

from ops.cli import app

app(prog_name="eventflow")
