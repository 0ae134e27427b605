"""Orders over REST. Read in this order: requests, resources, refusals, submitting, parts, routes."""
