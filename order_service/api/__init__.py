"""The REST interface. Read in this order: inputs, resources, refusals, submitting, routes."""
