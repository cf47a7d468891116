"""Listening ports: rules that say which are meant, and words that say who holds one."""

from checks.ports.rule import NO_PROCESS, PortRule, Rule, rule, rules
from checks.ports.words import told

__all__ = ["NO_PROCESS", "PortRule", "Rule", "rule", "rules", "told"]
