"""When a file system will be full, from what was used over the last weeks; docs/explanation/forecasts.md tells how.

steps      changes that happened once (a clean-up, a burst) are taken out, and the two sides joined
envelope   what is taken back again and again (rotation, dumps) is no growth: peaks are held against peaks
trend      a line after Theil and Sen along the longest past that still resembles the present
run        or else a growth that began lately and is unlike all before
outlook    from there the time until it is full, and how far that can be believed
grading    every forecast is later held against what came
"""

from checks.forecast.grading import Grades, grade
from checks.forecast.memory import Memory, Present
from checks.forecast.outlook import Growth, Outlook, look_ahead

__all__ = ["Grades", "Growth", "Memory", "Outlook", "Present", "grade", "look_ahead"]
