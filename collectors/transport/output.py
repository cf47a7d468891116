"""What a script printed, kept within limits while it arrives."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OutputLimits:
    """How much of an answer is kept.

    output_bytes      of standard output; more than that cuts the answer
    error_tail_bytes  of standard error only the last so many are kept
    error_bytes       of standard error may pass altogether; more than that cuts the answer as well
    """

    output_bytes: int = 4 * 2**20
    error_tail_bytes: int = 64 * 2**10
    error_bytes: int = 8 * 2**20


class CapturedOutput:
    """Collects both streams, looks for the mark that ends them, and says when enough has come.

    One thread feeds it; another may look at it, for nothing it tells is ever taken back.
    """

    def __init__(self, until: bytes, limits: OutputLimits) -> None:
        self._until = until
        self._limits = limits
        self._output = bytearray()
        self._error = bytearray()
        self._error_total = 0
        self.mark_seen = False
        self.too_long = False

    @property
    def enough(self) -> bool:
        """Whether nothing more is wanted: the mark was seen, or a limit was reached."""
        return self.mark_seen or self.too_long

    @property
    def output(self) -> bytes:
        """Standard output so far, at most the limit."""
        return bytes(self._output)

    @property
    def error(self) -> bytes:
        """The tail of standard error so far."""
        return bytes(self._error[-self._limits.error_tail_bytes :])

    def feed_output(self, chunk: bytes) -> None:
        """Take in what came from standard output."""
        if self.enough:
            return
        # The mark may lie across two chunks.
        start = max(0, len(self._output) - len(self._until) + 1)
        self._output += chunk
        if self._output.find(self._until, start) >= 0:
            self.mark_seen = True
        elif len(self._output) > self._limits.output_bytes:
            self.too_long = True
            del self._output[self._limits.output_bytes :]

    def feed_error(self, chunk: bytes) -> None:
        """Take in what came from standard error."""
        tail = self._limits.error_tail_bytes
        self._error_total += len(chunk)
        self._error += chunk
        # Moving the tail for every small chunk would be quadratic.
        if len(self._error) > 2 * tail:
            del self._error[:-tail]
        if self._error_total > self._limits.error_bytes and not self.mark_seen:
            self.too_long = True
