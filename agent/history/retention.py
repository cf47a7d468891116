"""How long what is remembered is kept."""

from pydantic import BaseModel, ConfigDict, Field

from checks.contract import Duration

_DAY = 86400.0


class Retention(BaseModel):
    """How long each kind of memory is kept. The records of maintenance days are never deleted."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    hourly: Duration = Field(
        30 * _DAY, ge=2 * _DAY, description="hourly minimum, mean and maximum of measurements, and counts of states"
    )
    daily: Duration = Field(400 * _DAY, ge=2 * _DAY, description="daily minimum, mean and maximum of measurements")
    transitions: Duration = Field(
        400 * _DAY, ge=2 * _DAY, description="changes of state, and of what a host is made of"
    )
    runs: Duration = Field(30 * _DAY, ge=2 * _DAY, description="when each round on each host ran and how it ended")
    evidence: Duration = Field(
        400 * _DAY, ge=2 * _DAY, description="answers of hosts, word for word, that days or changes of state rest on"
    )
    letters: Duration = Field(30 * _DAY, ge=_DAY, description="mails that were delivered or given up")
