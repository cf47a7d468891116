"""What an organisation changes about the record forms: in config.yaml, and in a folder of its own forms."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import Field, PrivateAttr, ValidationError

from exporters.contract import Fault, Known, Needs, Settings
from exporters.forms.columns import Column, Declared, TailColumn, first_names
from exporters.forms.declaration import Form, places
from exporters.forms.filled import ColumnKind
from exporters.forms.logo import Logo, read_logo
from exporters.forms.reading import DeclaredForm, FormsError, Keys, nearest, own_forms, read_folder
from exporters.forms.words import Words


class ColumnChange(Declared):
    """What is different about one column."""

    title: Words | None = Field(None, description="another heading")
    kind: ColumnKind | None = Field(None, description="how it is set and sorted")


class FormChange(Declared):
    """What is different about one form."""

    enabled: bool | None = Field(None, description="false: this form is not made; true: it is, where it is off")
    title: Words | None = Field(None, description="another title")
    number: str | None = Field(None, max_length=20, description="another number")
    columns: Mapping[str, ColumnChange | None] = Field(
        default_factory=dict, description="by the column's name what is different about it; null: it is dropped"
    )
    add: tuple[Column, ...] = Field((), description="more columns, before the result")
    order: tuple[str, ...] = Field((), description="the columns that come first, by name; the others follow")


class FormsSettings(Settings):
    """The forms as an organisation wants them; the settings of whoever makes them derive from it.

    `forms_folder` is read when the settings are made, so that settings are equal where the forms are.
    """

    forms: Mapping[str, FormChange] = Field(
        default_factory=dict, description="what is different about the record forms, by the form's name"
    )
    forms_folder: Path | None = Field(
        None, description="a folder of forms of your own, one YAML file each; one of a known name takes its place"
    )
    logo: Path | None = Field(None, description="a picture at the head of forms and logs: PNG or SVG, up to 512 KiB")
    header: Words | None = Field(None, description="a line at the head of forms and logs: the organisation's name, say")

    _own: tuple[DeclaredForm, ...] = PrivateAttr(())
    _faults_of_files: tuple[Fault, ...] = PrivateAttr(())
    _logo: Logo | None = PrivateAttr(None)

    def model_post_init(self, context: Any, /) -> None:
        """Read what the paths name; what is wrong with it is for `faults` to say."""
        faults: list[Fault] = []
        if self.logo is not None:
            try:
                self._logo = read_logo(self.logo)
            except ValueError as error:
                faults.append(Fault(("logo",), str(error)))
        if self.forms_folder is not None:
            try:
                self._own = read_folder(self.forms_folder)
            except FormsError as error:
                faults += error.faults
        self._faults_of_files = tuple(faults)

    @property
    def picture(self) -> Logo | None:
        """The logo, read and looked at."""
        return self._logo

    @property
    def all_forms(self) -> tuple[DeclaredForm, ...]:
        """Every form there is, before any change: those of the manual, then the organisation's own."""
        own = {declared.form.name: declared for declared in self._own}
        manual = tuple(own.pop(declared.form.name, declared) for declared in own_forms())
        return (*manual, *own.values())

    @property
    def forms_made(self) -> tuple[Form, ...]:
        """The forms that are made, with all changes. Raises `FormsError` when they cannot be."""
        faults = list(self._faults())
        if faults:
            raise FormsError(faults)
        changed = (_changed(declared.form, self.forms.get(declared.form.name)) for declared in self.all_forms)
        return tuple(form for form in changed if form.enabled)

    @property
    def needs(self) -> Needs:
        """What the forms that are made want to find in a day's record."""
        needs = Needs()
        for form in self.forms_made:
            needs |= form.needs
        return needs

    def faults(self, known: Known) -> Iterator[Fault]:
        """What is wrong with the forms and the changes, names of checks and collectors included."""
        found = list(self._faults())
        yield from found
        if found:
            return
        for declared in self._own:
            for keys, part in places(declared.form):
                for below, message in _unknown(part, known):
                    yield declared.fault((*keys, *below), message)
        for name, change in self.forms.items():
            for number, column in enumerate(change.add):
                for below, message in _unknown(column, known):
                    yield Fault(("forms", name, "add", number, *below), message)

    def _faults(self) -> Iterator[Fault]:
        for fault in self._faults_of_files:
            yield fault if fault.keys or fault.file != self.forms_folder else Fault(("forms_folder",), str(fault))
        by_name = {declared.form.name: declared.form for declared in self.all_forms}
        for name, change in self.forms.items():
            if name not in by_name:
                if not self._faults_of_files:
                    yield Fault(("forms", name), f"there is no such form{nearest(name, by_name)}")
                continue
            for keys, message in _wrong_change(by_name[name], change):
                yield Fault(("forms", name, *keys), message)


def _wrong_change(form: Form, change: FormChange) -> Iterator[tuple[Keys, str]]:
    names = [column.name for column in form.all_columns]
    for name in change.columns:
        if name not in names:
            yield ("columns", name), f"the form has no such column{nearest(name, names)}"
    kept = [name for name in names if name not in change.columns or change.columns[name] is not None]
    for number, column in enumerate(change.add):
        if column.name in kept:
            yield ("add", number, "name"), f"the form has a column {column.name} already"
        kept.append(column.name)
    for number, name in enumerate(change.order):
        if name not in kept:
            yield ("order", number), f"the form has no such column{nearest(name, kept)}"
    if not kept:
        yield ("columns",), "no column is left; enabled: false takes the whole form away"
    elif change.add:
        try:
            Form.model_validate({**dict(form), "columns": change.add, "tail": False})
        except ValidationError as error:
            yield ("add",), error.errors()[0]["msg"].removeprefix("Value error, ")


def _changed(form: Form, change: FormChange | None) -> Form:
    if change is None:
        return form
    first = [column for column in form.all_columns if not isinstance(column, TailColumn)]
    last = [column for column in form.all_columns if isinstance(column, TailColumn)]
    columns = [
        _retitled(column, change.columns.get(column.name))
        for column in (*first, *change.add, *last)
        if column.name not in change.columns or change.columns[column.name] is not None
    ]
    place = {name: number for number, name in enumerate(change.order)}
    columns.sort(key=lambda column: place.get(column.name, len(place)))
    update: dict[str, Any] = {"columns": tuple(columns), "tail": False}
    update |= {name: value for name in ("enabled", "title", "number") if (value := getattr(change, name)) is not None}
    return form.model_copy(update=update)


def _retitled(column: Any, change: ColumnChange | None) -> Any:
    if change is None:
        return column
    return column.model_copy(update={name: value for name, value in dict(change).items() if value is not None})


def _unknown(part: Any, known: Known) -> Iterator[tuple[Keys, str]]:
    """Names of checks and collectors in a part of a declaration that nobody has."""
    for key in ("check", "items"):
        names = getattr(part, key, None)
        for name in names if isinstance(names, tuple) else ():
            if name not in known.checks:
                yield (key,), f'there is no check "{name[:60]}"{nearest(name, known.checks)}'
    collector = getattr(part, "fact", None)
    if collector is not None and collector not in known.collectors:
        yield ("fact",), f'there is no collector "{collector[:60]}"{nearest(collector, known.keep_facts)}'
    elif collector is not None and collector not in known.keep_facts:
        yield ("fact",), f"what {collector} knows is not kept from round to round, so no form can show it"
    elif collector is not None and (names := known.fields.get(collector)):
        for strange in sorted(first_names(part.path) - names):
            yield ("path",), f'what {collector} knows has no "{strange[:60]}"{nearest(strange, names)}'
