"""What rounds costs, measured: see README.md."""
