"""Entries that can be kept for years and read in one line."""

from collections.abc import Iterable, Iterator

from collectors.contract import Entry, Kind
from collectors.log_lines import shown

_LONGEST_NAME = 120
_LONGEST_VALUE = 200
_UNITS = ("KiB", "MiB", "GiB", "TiB")


def entries(kind: Kind, things: Iterable[tuple[str, str]]) -> Iterator[Entry]:
    """An entry for each name, in the order of the alphabet; the values of those that share one stand side by side.

    Where there is no room for that, each has an entry of its own, so that none can change unseen.
    """
    found: dict[str, set[str]] = {}
    for name, value in things:
        found.setdefault(shown(name, _LONGEST_NAME), set()).add(shown(value, _LONGEST_VALUE))
    for name, values in list(found.items()):
        if len(values) > 1 and sum(map(len, values)) + 2 * len(values) > _LONGEST_VALUE:
            del found[name]
            for value in values:
                found.setdefault(shown(f"{name}: {value}", _LONGEST_VALUE), set())
    for name in sorted(found):
        yield Entry(kind, name, "; ".join(sorted(found[name])))


def size(count: int) -> str:
    """`931.5 GiB` of a number of bytes."""
    number, unit = float(count), "B"
    for larger in _UNITS:
        if number < 1024:
            break
        number, unit = number / 1024, larger
    return f"{number:.1f} {unit}".replace(".0 ", " ")


def rounded(number: int) -> str:
    """`about 94000` of 94271: what the kernel works out from the memory it has is not quite the same in each kernel.

    What looks as if somebody chose it, as 262144 or 150000 does, stays as it is.
    """
    digits = str(abs(number))
    is_chosen = len(digits.rstrip("0")) <= 2 or number & (number - 1) == 0
    return str(number) if is_chosen else f"about {round(number, 2 - len(digits))}"
