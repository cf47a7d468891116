"""When Python looks for garbage that only a search finds: seldom, since the rounds make none."""

import gc

SEARCH_SECONDS = 300.0
"""How often the agent searches."""

_UNFOUND = 200_000
"""Objects more than at the last search that make Python search by itself. All that 32 rounds hold at once is less."""


def search_seldom() -> None:
    """Called once, when everything that stays is loaded; from then on somebody calls `search` now and then.

    What a round makes is given back by counting references: not one object of it needs a search. Python's own beat of
    700 new objects begins one in nearly every round, over ever more of what is kept of all hosts: a fifth of what a
    round costs. What is loaded by now is not looked at any more.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_UNFOUND, 20, 20)


def search() -> None:
    """Look through everything; half a second for a thousand hosts."""
    gc.collect()
