"""What the inventory service decides, without a clock, a database or a network.

Read `stock.py` (what is on the shelf), `product.py` (what people do with it), `reservation.py` and `reserving.py`
(what orders do with it), then `levels.py` (how the shelf follows from both). Each aggregate is told as events, fold,
decisions.
"""
