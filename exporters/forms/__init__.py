"""The record forms of the maintenance manual: declared as data, filled from a day's record."""

from exporters.contract import Needs
from exporters.forms.filling import by_hand, filled_forms
from exporters.forms.logo import Logo
from exporters.forms.reading import FormsError
from exporters.forms.settings import FormsSettings

__all__ = ["FormsError", "FormsSettings", "Logo", "by_hand", "filled_forms", "needs"]


def needs(settings: FormsSettings) -> Needs:
    """What the forms that are made want to find in a day's record. Raises `FormsError`."""
    return settings.needs
