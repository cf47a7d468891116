"""What sshd may be told, and what is passed on of it."""

from collectors.sshd_words.keywords import KNOWN, SEVERAL
from collectors.sshd_words.probe import PROBE
from collectors.sshd_words.setting import MatchSetting, Setting, settings_in

__all__ = ["KNOWN", "PROBE", "SEVERAL", "MatchSetting", "Setting", "settings_in"]
