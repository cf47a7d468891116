"""What goes along with a report: the files beside it, and the record forms they hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from checks.contract.text import Language

if TYPE_CHECKING:
    from exporters.forms.filled import FilledForm


@dataclass(frozen=True, slots=True)
class AttachedForm:
    """A record form: its number and title, how many rows it has, the titles of its columns for a person."""

    name: str
    rows: int
    by_hand: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Attached:
    """Names of files, as a reader of the report finds them beside it, and the forms."""

    files: tuple[str, ...] = ()
    forms: tuple[AttachedForm, ...] = ()

    @classmethod
    def of(cls, files: Sequence[str], forms: "Sequence[FilledForm]", language: Language) -> "Attached":
        """The files, and the forms that are in `language`."""
        return cls(tuple(files), tuple(_form(form) for form in forms if form.language == language))


def _form(form: "FilledForm") -> AttachedForm:
    # The tail that every form has, finding, action and remarks, is for a pen too, but nothing that must be looked at.
    by_hand = tuple(column.title for column in form.columns if column.kind == "by-hand" and column.name not in _TAIL)
    return AttachedForm(f"{form.number} {form.title}".strip(), len(form.rows), by_hand, form.note)


_TAIL = frozenset({"result", "finding", "action", "remarks"})
