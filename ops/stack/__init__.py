"""The local stack: private servers and EventFlow's services, all under one home directory.

where and with what   home, ports, passwords, site (all addresses); errors
this machine          programs, packages (installs them), accounts (who runs PostgreSQL, where its data lie)
one process each      parts, waiting; postgres, rabbitmq, redis, services; preparation (all servers)
databases             sql, provision (roles and databases)
the supervised stack  lifecycle (read this first), supervisor_configuration, supervisor, journal, processes,
                      rollout (starts what has changed), fingerprints, catalogue
the operator's eyes   status, doctor, logs
for tests             servers (the servers alone), isolation (databases of one's own), temporary (homes)
"""
