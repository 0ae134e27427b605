"""What fuzzing has tried, counted: see `make fuzz`."""
