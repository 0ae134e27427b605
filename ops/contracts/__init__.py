"""What EventFlow promises to those outside a service, written down from the code that keeps it.

    docs/contracts/<type>.<version>.json    JSON Schema of a public event's data; `envelope.json` of what is around it
    docs/contracts/asyncapi.json            who sends what where, and who hears it
    docs/openapi/<service>.json             the REST interface of each service

`python -m ops.contracts` writes them, and refuses to break a schema that is already written (compatibility.py).
`python -m ops.contracts --check` only compares.
"""
