"""Antivirus products: one file for each, with what it is asked and how its answer is read; all give the same fact."""

from collectors.antivirus_products import clamav, defender
from collectors.antivirus_products.clock import HostClock
from collectors.antivirus_products.product import Database, Detection, Disposition, Infected, Product, Scan

PRODUCTS = (clamav, defender)
"""Each has a `PROBE`, whose parts begin with lines `== NAME`, and `read(parts, clock) -> Product | None`."""

__all__ = ["PRODUCTS", "Database", "Detection", "Disposition", "HostClock", "Infected", "Product", "Scan"]
