"""The broker's users by name, beside one per service, which is called as its package is (`order_service`)."""

GATEWAY = "notification_gateway"
# The operator's: `ops` looks at everything over the management API, `replay` puts events into one queue again.
OPERATOR, REPLAYER = "ops", "replay"
# May do everything, and is nobody's but the operator's: makes what is missing, and virtual hosts for tests.
ADMINISTRATOR = "eventflow"
