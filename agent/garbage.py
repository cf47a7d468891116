"""How often Python looks for garbage that only a search finds: rarely, since the rounds make none."""

import gc

_YOUNG = 50_000
_MIDDLE, _OLD = 20, 20


def search_rarely() -> None:
    """Called once, when everything that stays is loaded.

    What a round makes is given back by counting references, not one object of it needs a search. Python's own beat
    of 700 new objects begins a search in nearly every round, and goes through all the code there is again and again:
    a sixth of what a round costs. What is loaded by now is not looked at any more.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)
