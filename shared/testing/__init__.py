"""Everything in memory, for tests: services that run their real code on a fake database, broker, clock and chance.

Read `stepping` (who goes first), `database` and `engine` (where things are kept), `broker`, `service` (all together),
`edge` (time and ids), `folds` (is what is kept what happened?). One test, or one seed, decides everything.
"""
