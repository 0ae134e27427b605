"""The operator's tools: the local stack and the `eventflow` command line."""
