"""How bad an organisation holds a finding to be."""

from enum import StrEnum

from checks.contract.result import State


class Severity(StrEnum):
    """A state as config.yaml names it, for a parameter that says what a finding is worth."""

    OK = "ok"
    WARN = "warn"
    CRIT = "crit"

    @property
    def state(self) -> State:
        """The state that a result then has."""
        return State[self.name]
