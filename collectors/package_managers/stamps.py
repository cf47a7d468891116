"""When package lists were fetched, and what of them is missing, as every probe prints it in its first lines."""

from dataclasses import dataclass

from collectors.contract import NoPermission, UnreadableOutput
from collectors.contract.reading import whole_number

_TIMES = ("now", "fetched", "refreshed", "tried")


@dataclass(frozen=True, slots=True)
class Stamps:
    """Times of the host's clock in epoch seconds, the latest of each; `marks` are words that stand alone."""

    now: int
    fetched: int | None
    refreshed: int | None
    tried: int | None
    unlisted: tuple[str, ...]
    marks: frozenset[str]


def read_stamps(text: str, *marks: str) -> Stamps:
    """From lines `now SECONDS`, `fetched SECONDS [FILE]`, ..., `unlisted REPOSITORY`, and lines that are a mark.

    Raises `NoPermission` where a line says that the folder of the lists is `closed`.
    """
    times: dict[str, int] = {}
    unlisted: list[str] = []
    found = set()
    for line in text.split("\n"):
        key, _, value = line.partition(" ")
        if key in _TIMES:
            times[key] = max(times.get(key, 0), whole_number(value.partition(" ")[0], line))
        elif key == "closed":
            raise NoPermission(
                f"the package lists in {value.strip()} are closed to the login: chmod o+rx {value.strip()}"
            )
        elif key == "unlisted" and value.strip():
            unlisted.append(value.strip())
        elif line.strip() in marks:
            found.add(line.strip())
        elif line.strip():
            raise UnreadableOutput("now, fetched, refreshed or tried", line)
    if "now" not in times:
        raise UnreadableOutput("the host's time", text.partition("\n")[0])
    return Stamps(
        times["now"],
        times.get("fetched"),
        times.get("refreshed"),
        times.get("tried"),
        tuple(dict.fromkeys(unlisted)),
        frozenset(found),
    )
