"""The bare pipeline: what any order has to cost with our I/O, without a line of our product.

    POST -> row and event, appended under the lock -> relay -> quorum queue -> payment and inventory, an event each
         -> relay -> quorum queue -> order: both heard, order.confirmed -> relay -> stream

Same servers and durability, same processes (two for orders, one relay per database), same batches; one table of state,
no claims, no rules, and of validation only what FastAPI and pydantic do for the shape of a request. `make bench` runs it beside EventFlow: the ratio of the two is what the product costs.

    store     the event table, and what is asked of it
    broker    exchanges and queues, the relay, the consumer
    order     takes orders, commits them together, confirms them
    __main__  python -m tests.load.floor prepare | order [--relay] | payment | inventory
"""
