"""One order's story across the services: what happened and why, what it waits for, and stories told live."""
