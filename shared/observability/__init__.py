"""What a process says about itself: log lines, correlation of causes, metrics."""
