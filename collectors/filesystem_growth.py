"""The same file systems and space as `filesystems`, once an hour, for the forecast of their growth.

What the history keeps is hours and days, and a forecast looks at weeks of it: once an hour is enough, and only
then is the history asked. So this is a collector of its own beside the one of every round.
"""

from collectors.contract import Collector
from collectors.filesystem_space import PROBE, parse, read_local

COLLECTOR = Collector(
    probe=PROBE,
    parse=parse,
    needs_command="df",
    every_seconds=3600,
    timeout_seconds=10,  # a block device that does not answer holds df as a dead server does
    read_local=read_local,
)
