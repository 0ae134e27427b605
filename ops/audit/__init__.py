"""The books across all services, proved from outside: what they hold, what the provider holds, what the broker carried.

clauses.py      every clause, by name
audit.py        the looks: one, and a second at what may still be on its way
snapshots.py    each database as it was at one moment, read as the auditor
aligning.py     rows of several databases side by side, by their keys
cases.py        one order with its payment and its reservation
ending.py       I1                 ledger.py       I4
stock.py        I2                 folds.py        I5, I7
money.py        I3                 deliveries.py   I6
report.py       the result, for people and as a document
"""
