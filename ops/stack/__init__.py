"""The local stack: private servers and EventFlow's services, all under one home directory.

Read in this order: `home` (where things live), `site` (ports, passwords, addresses), `postgres`, `rabbitmq` and
`redis` (one server each), `servers` (the servers alone, for tests), `lifecycle` (the supervised stack), `rollout`.
"""
