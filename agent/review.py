"""What a person adds to the records: by the command line and by the API, under the same rules."""

import unicodedata
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from agent.catalogue import Catalogue
from agent.config import Config
from agent.daily import FILED_BY, day_under_way, last_day_due, plan_of
from agent.history import History, NothingToAddTo
from exporters.contract import IncidentNote, PeriodKind, Review, period_name

_STEERS_THE_EYE = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def _readable(value: str) -> str:
    """Text that shows what it says: nothing that steers a terminal or the direction of reading."""
    for letter in value:
        category = unicodedata.category(letter)
        if (category in ("Cc", "Cs", "Co", "Cn") and letter not in "\n\t") or letter in _STEERS_THE_EYE:
            raise ValueError(f"holds the invisible character U+{ord(letter):04X}")
    return value


def _one_line(value: str) -> str:
    if "\n" in value or "\t" in value:
        raise ValueError("must be one line of text")
    return value


def _is_said(value: str) -> str:
    if not value:
        raise ValueError("must not be empty")
    return value


def _is_a_day(value: str) -> str:
    if value:
        try:
            is_a_day = date.fromisoformat(value).isoformat() == value
        except ValueError:
            is_a_day = False
        if not is_a_day:
            raise ValueError(f"expected a day as YYYY-MM-DD, not {value!r}")
    return value


_Bounded = StringConstraints(strip_whitespace=True, max_length=4000)
_Line = StringConstraints(strip_whitespace=True, max_length=100)
Words = Annotated[str, _Bounded, AfterValidator(_readable)]
Person = Annotated[str, _Line, AfterValidator(_readable), AfterValidator(_one_line)]


class ReviewIn(BaseModel):
    """Somebody has read the record of a day and answers for it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    by: Annotated[Person, AfterValidator(_is_said)] = Field(description="the name of who signs")
    comment: Words = Field("", description="what there is to say")
    number: Person = Field("", description="the record that was read, 20260102-01 say; default: the one in force")


class NoteIn(BaseModel):
    """What somebody found out about an incident, or did about it; at least one of the fields besides `by`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    by: Annotated[Person, AfterValidator(_is_said)] = Field(description="the name of who notes it")
    effect: Words = Field("", description="what it meant for those who use the system")
    cause: Words = Field("", description="why it happened")
    measure: Words = Field("", description="what was done about it")
    owner: Person = Field("", description="who sees to it")
    due: Annotated[Person, AfterValidator(_is_a_day)] = Field("", description="until when, as YYYY-MM-DD")
    comment: Words = Field("", description="anything else")

    @model_validator(mode="after")
    def _says_something(self) -> "NoteIn":
        if not any((self.effect, self.cause, self.measure, self.owner, self.due, self.comment)):
            raise ValueError("nothing is noted: say effect, cause, measure, owner, due or comment")
        return self


class Desk:
    """Where reviews and notes are taken; raises `NothingToAddTo` and `HistoryError`, and then nothing is kept."""

    def __init__(self, history: History, config: Config, catalogue: Catalogue) -> None:
        self._history = history
        self._config = config
        self._plan = plan_of(config, catalogue)
        # A new edition of the files is written; mails are not sent again.
        self._retold_by = (FILED_BY,) if FILED_BY in config.exporters else ()

    def sign(self, day: date, given: ReviewIn, account: str, now: float) -> Review:
        """Keep a review of the day's record that is in force."""
        due = last_day_due(now, self._plan)
        if day > due:
            raise NothingToAddTo(f"the day that ends on {day} is not over yet")
        known = self._history.published(day)
        if known is None:
            newest = self._history.last_published_date(due)
            raise NothingToAddTo(
                f"there is no record of the day that ends on {day}"
                + (f"; the newest is of {newest}" if newest else ": none was made yet")
            )
        return self._signed(known.number, str(day), given, account, now)

    def sign_period(self, kind: PeriodKind, ends_on: date, given: ReviewIn, account: str, now: float) -> Review:
        """Keep a review of the record of the week or month that ends on a day."""
        name, known = period_name(kind, ends_on), self._history.published_period(kind, ends_on)
        if known is None:
            raise NothingToAddTo(f"there is no record of {name}: it is made when its last day is over")
        return self._signed(known.number, name, given, account, now)

    def _signed(self, known: str, of: str, given: ReviewIn, account: str, now: float) -> Review:
        number = given.number or known
        if number != known:
            raise NothingToAddTo(f"the record in force of {of} is {known}, not {number}")
        review = Review(number=number, by=given.by, at=now, comment=given.comment, account=account)
        self._history.sign(review, tell_by=self._retold_by)
        return review

    def note(self, incident: str, given: NoteIn, account: str, now: float) -> IncidentNote:
        """Keep a note to an incident of a record, or of the day under way."""
        note = IncidentNote(incident=incident, at=now, account=account, **given.model_dump())
        try:
            self._history.note(note, (), tell_by=self._retold_by)
        except NothingToAddTo:
            today = self._history.day(day_under_way(now, self._plan), self._plan, now)
            if incident not in {one.id for one in today.incidents}:
                raise
            self._history.note(note, (incident,), tell_by=self._retold_by)
        return note
