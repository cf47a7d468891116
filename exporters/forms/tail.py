"""How a row ends: what it comes to, what is wrong, what was done about it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from checks.contract import State
from exporters.contract import Incident, ItemLine
from exporters.daily.document import Tone
from exporters.forms import words
from exporters.forms.columns import Column
from exporters.forms.filled import FilledCell
from exporters.forms.index import DayIndex, is_harmless, is_judged
from exporters.forms.lines import listed_lines
from exporters.forms.row import DASH, Part, Row, listed, quiet, unchecked_cell
from exporters.forms.sources import view_reason


@dataclass(frozen=True)
class Outcome:
    """A filled row, before its end is written: a part for each column.

    `awaits`: there is something in it for a person to look at.
    """

    row: Row
    parts: Sequence[Part]
    columns: Sequence[Column]
    awaits: bool
    index: DayIndex

    @cached_property
    def lines(self) -> tuple[ItemLine, ...]:
        """Every line the row shows, once."""
        # By identity: to hash forty lines of a thousand hosts by what they hold takes seconds.
        return tuple({id(line): line for part in self.parts for line in part.lines}.values())

    def cell(self, name: str) -> FilledCell:
        """The cell of one of the columns at the end."""
        if self.row.card is None:
            return FilledCell()
        match name:
            case "result":
                return self._result()
            case "finding":
                return self._told(self._finding)
            case "action":
                return FilledCell(action) if (action := self._action()) or self._finding else DASH
            case _:
                return FilledCell()

    def _told(self, finding: str) -> FilledCell:
        if finding:
            return FilledCell(finding)
        return quiet(self.index.view.word(words.NONE)) if any(map(is_judged, self.lines)) else DASH

    def _result(self) -> FilledCell:
        view = self.index.view
        if self.row.host is None:
            return quiet(view.word(words.OUT_OF_SERVICE))
        lines = self.lines
        due = [line for line in lines if not is_harmless(line)]
        judged = [line for line in due if is_judged(line)]
        bad = [line for line in judged if line.state is not State.OK]
        missing = len(judged) < len(due) or any(part.is_unchecked for part in self.parts)
        if bad:
            worst = Tone.CRITICAL if any(line.state is State.CRIT for line in bad) else Tone.WARNING
            return FilledCell(view.word(words.ABNORMAL), tone=worst)
        if missing:
            word = words.IN_PART if judged else words.NOT_CHECKED
            return FilledCell(view.word(word), tone=Tone.UNCHECKED)
        if judged:
            return FilledCell(view.word(words.NORMAL_SO_FAR if self.awaits else words.NORMAL), tone=Tone.GOOD)
        return self._unjudged(bool(lines))

    def _unjudged(self, has_lines: bool) -> FilledCell:
        """The result of a row of which nothing was judged, harmlessly."""
        view = self.index.view
        if self.awaits:
            return FilledCell(view.word(words.AWAITING), tone=Tone.UNCHECKED)
        if has_lines:
            return quiet(view.word(words.NOT_APPLICABLE))
        told = any(part.collectors and part.cell.tone is not Tone.QUIET for part in self.parts)
        return quiet(view.word(words.RECORDED)) if told else DASH

    @cached_property
    def _finding(self) -> str:
        view = self.index.view
        if self.row.host is not None and not self.row.host.checked:
            host = self.row.host
            message = host.message if self.index.language == "en" else ""
            return unchecked_cell(view, message or view_reason(host, self.index)).text
        bad = [line for line in self.lines if is_judged(line) and line.state is not State.OK]
        bad.sort(key=lambda line: -(line.state or 0))
        told = [listed_lines(view, bad)] if bad else []
        told += self._unchecked()
        eased = [line for line in self.lines if line.state is State.OK and line.worst in (State.WARN, State.CRIT)]
        if eased:
            told.append(
                view.say("abnormal earlier in the day: ", "当日曾异常：") + listed(view, map(self._named, eased))
            )
        return view.say("; ", "；").join(told)

    def _unchecked(self) -> Iterable[str]:
        """Why lines were not judged, those of one reason together."""
        view = self.index.view
        found: defaultdict[str, list[ItemLine]] = defaultdict(list)
        for line in self.lines:
            if not is_judged(line) and not is_harmless(line):
                why, more = view.why_line(line)
                if self.row.item is not None and line.item not in ("", self.row.item):
                    more = re.split("[:：]", more)[0]  # it is not the row's own: one line of many says it all
                found[why + (f" ({more})" if more else "")].append(line)
        for why, lines in found.items():
            yield f"{unchecked_cell(view, why).text} [{listed(view, map(self._named, lines))}]"
        yield from self._untold()

    def _untold(self) -> Iterable[str]:
        """The columns that no check speaks for and that ought to say more than is known."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for column, part in zip(self.columns, self.parts, strict=True):
            if part.is_unchecked and not part.lines:
                found[part.cell.text].append(self.index.view.word(column.title.text))
        for text, titles in found.items():
            yield text if self.row.missing is not None else f"{text} [{listed(self.index.view, titles)}]"

    def _named(self, line: ItemLine) -> str:
        item = self.index.view.item(line.check, line.item)
        title = self.index.view.word(line.check.title)
        return f"{title} {item}" if item else title

    def _action(self) -> str:
        """The measures that were noted of the incidents the row is about."""
        measures = []
        for incident in self._incidents():
            measure = next((note.measure for note in reversed(incident.notes) if note.measure), "")
            if measure:
                measures.append(measure)
        return self.index.view.say("; ", "；").join(dict.fromkeys(measures))

    def _incidents(self) -> Iterable[Incident]:
        if self.row.host is None:
            return
        host = self.row.host.host.name
        items: defaultdict[str, set[str]] = defaultdict(set)
        for line in self.lines:
            items[line.check.name].add(line.item)
        for check, wanted in items.items():
            for incident in self.index.incidents.get((host, check), ()):
                if incident.item in wanted or "" in wanted:
                    yield incident
        yield from self.index.host_incidents.get(host, ())
