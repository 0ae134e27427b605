"""`make bench`: the whole system driven from outside, by an open-loop generator, beside a bare pipeline.

the command line    commands, report
scenarios           scenarios (read this first), searching (the highest rate that is sustained)
one load            load, arrivals, generator (a process of its own), sights (what was confirmed when), usage, figures
what is driven      subject, shop (EventFlow), floor (starts `tests/load/floor`)
whether it is right  books (the audit afterwards), auditing (the audit meanwhile)
"""
