"""The configuration: one YAML file, read whole, checked whole, and never changed afterwards."""

from agent.config.host import GroupConfig, HostConfig
from agent.config.json_schema import schema
from agent.config.loading import load
from agent.config.model import Config
from agent.config.problem import ConfigError, Problem
from agent.config.sections import HistoryConfig, RoundsConfig, SshConfig
from agent.config.web import Scope, TokenConfig, WebConfig

__all__ = [
    "Config",
    "ConfigError",
    "GroupConfig",
    "HistoryConfig",
    "HostConfig",
    "Problem",
    "RoundsConfig",
    "Scope",
    "SshConfig",
    "TokenConfig",
    "WebConfig",
    "load",
    "schema",
]
