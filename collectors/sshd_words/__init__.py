"""What sshd may be told, and what is passed on of it."""

from collectors.sshd_words.keywords import KNOWN, SEVERAL
from collectors.sshd_words.passwords import PASSWORDS, takes_passwords
from collectors.sshd_words.probe import PROBE
from collectors.sshd_words.setting import MatchSetting, Setting, settings_in

__all__ = ["KNOWN", "PASSWORDS", "PROBE", "SEVERAL", "MatchSetting", "Setting", "settings_in", "takes_passwords"]
