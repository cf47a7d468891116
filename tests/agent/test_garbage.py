"""What Python has to look for is found by the agent's own search, however seldom Python looks."""

import subprocess
import sys

PROGRAM = """
import gc, weakref
from agent.garbage import search, search_seldom

class Knot:
    pass

search_seldom()
knot = Knot()
knot.itself = knot
gone = weakref.ref(knot)
del knot
for _ in range(10_000):
    [[]]
kept = [[] for _ in range(10_000)]
print(gone() is None)
search()
print(gone() is None)
"""


def test_a_knot_is_kept_until_the_agent_searches() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, timeout=30)
    assert done.stdout.split() == ["False", "True"]
