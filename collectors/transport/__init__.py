"""How probes reach a host and how their answers come back."""
