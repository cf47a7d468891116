"""Run by test_trouble: writes rounds as fast as it can, and prints the number of each once it is surely written."""

import sys
import time

from agent.history import History
from agent.problems import Tracker
from checks.contract import State
from exporters.contract import Letter
from tests.agent.reports import found, judged, report, used

history = History.open(sys.argv[1])
tracker = Tracker()
history.start()
restored = history.restore()
tracker.restore(restored.tracked)
number = int(restored.facts.get(("web-01", "number"), "0"))
while True:
    for _ in range(7):
        number += 1
        one = report(time.time(), judged(used("/", number % 10 / 10), found("/data", State(number % 4))))
        history.record(one, tracker.follow(one, {}), {"number": str(number)})
    history.heartbeat()
    if history.flush(20):
        history.put_letter("mail", Letter(f"<{number}>", "", (), b"x" * 2000))
        print(number, flush=True)
