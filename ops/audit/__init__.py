"""The books across all services, proved from outside: what they hold, what the provider holds, what the broker carried.

audit.py          the looks: one, and a second at what may only have been on its way
clauses.py        every clause by name, offenders and suspects
ending.py         I1, money.py I3: one order with its payment and reservation (cases.py)
stock.py          I2
ledger.py         I4
folds.py          I5 and I7; projections.py I5 for what several streams are folded into
deliveries.py     I6, from publications.py (what was told) and broker.py (what lies in queues)
report.py         the result, for people and as a document
snapshots.py      each database as it was at one moment, read as the auditor
aligning.py       rows of several databases side by side, by their keys
"""
