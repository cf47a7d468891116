"""Acquire: raw facts from a host. A plain module here is one collector; sub-packages are plumbing."""
