"""Real hosts to test against, on one machine: see `tests.lab.lab.Lab`.

`python -m tests.lab up` boots them for a person to look at, `down` takes them away.
"""

from tests.lab.commands import LabError, LabUnavailable
from tests.lab.host import DATA, LabHost
from tests.lab.lab import Lab

__all__ = ["DATA", "Lab", "LabError", "LabHost", "LabUnavailable"]
