"""Until when each release of a distribution is supported: a dated table that comes with the project."""

from checks.end_of_life_dates.counted import Counts, End, end_of
from checks.end_of_life_dates.table import Ends, Product, Table, shipped, version_of

__all__ = ["Counts", "End", "Ends", "Product", "Table", "end_of", "shipped", "version_of"]
