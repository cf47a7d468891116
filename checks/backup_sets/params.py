"""What every check of backups is told: the list of sets, written once."""

from pydantic import Field, field_validator

from checks.backup_sets.expected import BackupSet
from checks.contract import Params


class SetsParams(Params):
    """No set is expected by default."""

    sets: tuple[BackupSet, ...] = Field(
        (),
        description="what is backed up, such as [{name: db, files: /var/backups/db/*.gz, newest_within: 26h, keep: 7},"
        " {name: home, restic: /srv/restic/home, password_file: /root/.restic-pass}]",
    )
    retries: int = Field(
        1, ge=1, le=100, description="how many looks in a row must agree; one, since looks are far apart"
    )

    @field_validator("sets")
    @classmethod
    def _each_name_once(cls, sets: tuple[BackupSet, ...]) -> tuple[BackupSet, ...]:
        names = [one.name for one in sets]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"backup set {name!r} is listed more than once")
        return sets

    @property
    def is_asked_for(self) -> bool:
        """Made where there are sets to look at."""
        return self.enabled and bool(self.sets)


def sources_named(params: SetsParams) -> tuple[str, ...]:
    """The sources of all sets, each once, and then what each set is called, where that is a line of text."""
    named = (f"set\t{one.name}\t{one.asked}" for one in params.sets if one.name.isprintable())
    return (*sources(params), *named)


def sources(params: SetsParams) -> tuple[str, ...]:
    """The sources of all sets, each once."""
    return tuple(dict.fromkeys(one.asked for one in params.sets))
