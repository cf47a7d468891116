"""Small pictures of a day: as SVG for a page, as PNG for a mail, as a row of signs for text.

What hosts are called stands beside a picture, never in it: inside are only numbers, hours and days.
"""

from exporters.charts.raster import png, size
from exporters.charts.signs import calendar_signs, sign, sparkline
from exporters.charts.vector import day_numbers, key, strip, svg, swatch

__all__ = ["calendar_signs", "day_numbers", "key", "png", "sign", "size", "sparkline", "strip", "svg", "swatch"]
