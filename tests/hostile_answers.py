"""Answers that no command ever printed: recordings damaged byte by byte, and recordings grown out of all measure."""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from collectors.transport.shared_files import SECTION

LONGEST = 2**18
"""Bytes of a damaged answer; what is more is cut, as it is of a host's."""

ODD_WORDS = tuple(
    word.encode("utf-8", "surrogatepass")
    for word in (
        *("", "-1", "-0", "0", "1", "nan", "inf", "-inf", "1e999", "1e308", "1e-320", "1_000", "0x10", "+5", ".", "-"),
        *(str(2**31), str(2**63 - 1), str(2**63), str(2**64), f"-{2**63}", "9" * 400, "9" * 5000, "1-99999999999"),
        *("٣", "²", "½", "Ⅷ", "\x00", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u202e", "\ud800", "\U0001f525"),
        *("null", "true", "[]", "{}", '""', r'"\ud800"', "[" * 20_000, '{"a":' * 20_000, "{0}", "%s", "\\", r"\x", "'"),
        *("== denied /usr/bin/x", "== ", "==", ":", "::", "=", "/", "//", ",", ";", "|", "(", ")", "[", "]", "<", "*"),
        *("9999-99-99", "0000-00-00T00:00:00", "292277026596", "a" * 3000),
    )
)
"""Put where something else was: beyond every limit, no digits although they look so, not to be seen, endless."""


def damaged(answers: Sequence[bytes], dice: random.Random) -> bytes:
    """One of `answers` (recordings of one collector), damaged in some places."""
    answer = dice.choice(answers)
    for _ in range(dice.choice((1, 1, 2, 3, 8))):
        answer = dice.choice(_DAMAGES)(answer, answers, dice)[:LONGEST]
    return answer


def _lines_changed(answer: bytes, _: Sequence[bytes], dice: random.Random) -> bytes:
    """Some of them are lost, doubled, shuffled, joined, cut, or one changes places with another."""
    lines = answer.split(b"\n")
    begin, other = dice.randrange(len(lines)), dice.randrange(len(lines))
    end = begin + dice.choice((1, 1, 1, 2, 5, 50))
    some = lines[begin:end]
    match dice.randrange(6):
        case 0:
            some = []
        case 1:
            some *= dice.choice((2, 3, 30))
        case 2:
            dice.shuffle(some)
        case 3:
            some = [b" ".join(some)]
        case 4:
            some = [line[: dice.randint(0, len(line))] for line in some]
        case 5:
            some[0], lines[other] = lines[other], some[0]
    return b"\n".join([*lines[:begin], *some, *lines[end:]])


def _cut(answer: bytes, _: Sequence[bytes], dice: random.Random) -> bytes:
    return answer[: dice.randint(0, len(answer))]


def _spliced(answer: bytes, answers: Sequence[bytes], dice: random.Random) -> bytes:
    """The end of another one stands instead of its own end, or before it."""
    lines, others = answer.split(b"\n"), dice.choice(answers).split(b"\n")
    at, ending = dice.randint(0, len(lines)), others[dice.randint(0, len(others)) :]
    return b"\n".join([*lines[:at], *ending, *dice.choice((lines[at:], []))])


def _bytes_changed(answer: bytes, _: Sequence[bytes], dice: random.Random) -> bytes:
    begin = dice.randint(0, len(answer))
    end = begin + dice.choice((0, 1, 1, 4, 100))
    put = dice.choice((b"", answer[begin:end] * 2, dice.randbytes(dice.choice((1, 4))), dice.choice(ODD_WORDS)))
    return answer[:begin] + put + answer[end:]


def _word_replaced(answer: bytes, _: Sequence[bytes], dice: random.Random) -> bytes:
    return _replaced(rb"[\w.-]+", answer, dice)


def _number_replaced(answer: bytes, _: Sequence[bytes], dice: random.Random) -> bytes:
    return _replaced(rb"\d+", answer, dice)


def _replaced(pattern: bytes, answer: bytes, dice: random.Random) -> bytes:
    """Now and then everywhere, so that the parts of the answer still fit together."""
    found = [match.span() for match in re.finditer(pattern, answer)]
    if not found:
        return answer
    begin, end = dice.choice(found)
    odd = dice.choice(ODD_WORDS)
    return answer.replace(answer[begin:end], odd) if dice.random() < 0.1 else answer[:begin] + odd + answer[end:]


_DAMAGES = (_lines_changed, _lines_changed, _cut, _spliced, _bytes_changed, _word_replaced, _number_replaced)


def framed(answer: bytes, marker: bytes, name: str, files: Sequence[str]) -> bytes:
    """As the round's script sends it: the files that the answer begins with in their frame, the rest in its own."""
    patterns = [re.escape(path).replace(r"\*", "[^/\n]+").encode() for path in files]
    own = 0
    for heading in re.finditer(rb"^== (.*)\n", answer, re.MULTILINE):
        if not any(re.fullmatch(pattern, heading[1]) for pattern in patterns):
            own = own and heading.start()
            break
        own = len(answer)
    read = re.sub(rb"^== (/.*)$", rb"\n==> \1 <==", answer[:own], flags=re.MULTILINE)
    parts = [(SECTION.encode(), read), (name.encode(), answer[own:])]
    return b"".join(b"%s begin %s\n%s\n%s end %s 0 1.00 1.10\n" % (marker, n, text, marker, n) for n, text in parts)


@dataclass(frozen=True, slots=True)
class Long:
    """An answer that can be of any length: `repeated` comes again and again, with another number at each NUL in it."""

    how: str
    before: str
    repeated: str
    after: str

    def text(self, size: int) -> str:
        """About `size` characters."""
        parts = self.repeated.split("\0")
        times = range(max(2, size // max(1, len(self.repeated))))
        return "".join([self.before, *(str(n).join(parts) for n in times), self.after])


def grown(text: str) -> Iterator[Long]:
    """What a recording may grow to: its parts and lines come again and again.

    They do so under new names and numbers, too, for what names a thing twice is refused early.
    """
    yield Long("whole", "", text, "")
    yield Long("whole, renamed", "", _renamed(text), "")
    pieces = re.split(r"(?m)^(?=\n|== |\S.*\n[ \t])", text)
    for number, piece in enumerate(pieces):
        if piece.count("\n") > 1:
            before, after = "".join(pieces[:number]), "".join(pieces[number + 1 :])
            yield Long(f"part, renamed: {piece[:60]!r}", before, _renamed(piece), after)
    lines = text.splitlines(keepends=True)
    for number, line in enumerate(lines):
        before, after = "".join(lines[:number]), "".join(lines[number + 1 :])
        yield Long(f"line: {line[:60]!r}", before, line, after)
        yield Long(f"line, renamed: {line[:60]!r}", before, _renamed(line), after)
        yield Long(f"line, counted: {line[:60]!r}", before, re.sub(r"\d+", "\0", line), after)


def stretched(text: str) -> Iterator[Long]:
    """A recording in which a piece of one line goes on and on, for patterns that look back.

    What follows it in the line is all there, or some of it is missing, or all.
    """
    lines = text.splitlines(keepends=True)
    for number, line in enumerate(lines):
        before, after = "".join(lines[:number]), "".join(lines[number + 1 :])
        pieces = re.findall(r"\w+|\s+|[^\w\s]", line.rstrip("\n"))
        for at, piece in enumerate(pieces):
            begin, rest = before + "".join(pieces[:at]), pieces[at + 1 :]
            for unit in dict.fromkeys((piece, piece[0], "".join(pieces[at : at + 2]), f"{piece} ")):
                for left in dict.fromkeys((len(rest), len(rest) // 2, 1, 0)):
                    ending = "".join(rest[len(rest) - left :])
                    how = f"{unit!r} before {ending[:20]!r} in {line[:60]!r}"
                    yield Long(how, begin, unit, f"{'' if left == len(rest) else chr(1)}{ending}\n{after}")


def _renamed(piece: str) -> str:
    """With a place for a number in the first word of each line."""
    return re.sub(r"(?m)^([\s\"]*(?:== )?[^\s:=\",]*[A-Za-z])", "\\1\0", piece)
