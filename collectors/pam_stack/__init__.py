"""What PAM does at a login: the modules that a service's file names, and those of the files it includes."""

from collectors.pam_stack.lockout import Lockout, lockout, min_length, number
from collectors.pam_stack.stack import SERVICES, Module, stacks

__all__ = ["SERVICES", "Lockout", "Module", "lockout", "min_length", "number", "stacks"]
