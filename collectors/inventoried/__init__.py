"""Turns what was found into entries of the inventory: one a name, short, in words that people read."""

from collectors.inventoried.entries import entries, rounded, size

__all__ = ["entries", "rounded", "size"]
