"""The order, as the business speaks of it. Read in this order: lifecycle, events, order (the fold), decisions."""
