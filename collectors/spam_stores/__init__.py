"""Where spam filters keep what they were told and what they kept back: how it is asked, and how it is read."""

from collectors.spam_stores.probe import AMAVIS, PROBE
from collectors.spam_stores.stores import Quarantine, Rules, SpamList, quarantine, rules_of, spam_list

__all__ = ["AMAVIS", "PROBE", "Quarantine", "Rules", "SpamList", "quarantine", "rules_of", "spam_list"]
