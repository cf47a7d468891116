"""What people have noted about an incident, put together."""

from dataclasses import dataclass

from exporters.contract import Incident, IncidentNote


@dataclass(frozen=True, slots=True)
class Noted:
    """Of each field the last word that was said; empty where nothing was. `last` is the newest note, if any."""

    effect: str = ""
    cause: str = ""
    measure: str = ""
    owner: str = ""
    due: str = ""
    comment: str = ""
    last: IncidentNote | None = None


def noted(incident: Incident) -> Noted:
    """The notes of an incident as one."""
    ordered = sorted(incident.notes, key=lambda note: note.at)

    def last_of(field: str) -> str:
        return next((said for note in reversed(ordered) if (said := getattr(note, field).strip())), "")

    return Noted(
        effect=last_of("effect"),
        cause=last_of("cause"),
        measure=last_of("measure"),
        owner=last_of("owner"),
        due=last_of("due"),
        comment=last_of("comment"),
        last=ordered[-1] if ordered else None,
    )
