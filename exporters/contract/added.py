"""What people add to a record once it is made: a review, a note to an incident. Nothing of it is ever changed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Review:
    """Somebody read the record `number` and answers for it. `at` is in epoch seconds.

    `by` is the name given, `account` who it really came from: the login on this machine, or the key of the API.
    """

    number: str
    by: str
    at: float
    comment: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class IncidentNote:
    """What somebody found out about an incident, or did about it; what is empty was not said.

    `due` is a day as YYYY-MM-DD. Of several notes the last that says something of a field holds.
    """

    incident: str
    by: str
    at: float
    effect: str = ""
    cause: str = ""
    measure: str = ""
    owner: str = ""
    due: str = ""
    comment: str = ""
    account: str = ""
