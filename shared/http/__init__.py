"""The edge of every service: what comes in is checked here, and every answer leaves in one shape."""
