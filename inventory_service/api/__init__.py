"""The inventory over REST.

Read in this order: requests, resources, refusals, submitting, products, product_files, importing, reservations.
"""
