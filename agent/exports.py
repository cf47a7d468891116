"""The exporters at work, as the configuration switches them on."""

from collections.abc import Mapping

from agent.catalogue import Catalogue
from agent.config import Config, ConfigError, Problem
from exporters.contract import Export, Settings


def start_exports(
    config: Config, catalogue: Catalogue, running: Mapping[str, Export] | None = None, before: Config | None = None
) -> dict[str, Export]:
    """Start every exporter that is configured, or always on.

    After a change of configuration, those in `running` whose settings are as `before`, or that adopt others, go on and
    keep what they hold; the rest is for the caller to close. Raises `ConfigError` when one cannot work as configured;
    then none was started.
    """
    running = running or {}
    exports: dict[str, Export] = {}
    adopting: dict[str, Settings] = {}
    for name, plugin in catalogue.exporters.items():
        settings = config.exporters.get(name)
        if settings is None and plugin.exporter.always:
            settings = plugin.exporter.settings()
        if settings is None:
            continue
        unchanged = before is not None and before.exporters.get(name) == config.exporters.get(name)
        if unchanged and name in running:
            exports[name] = running[name]
            continue
        if plugin.exporter.adopts and name in running:
            exports[name], adopting[name] = running[name], settings
            continue
        try:
            exports[name] = plugin.exporter.start(settings)
        except OSError as error:
            close_exports(exports, but=running)
            raise ConfigError([_problem(config, name, settings, error)]) from error
    for name, settings in adopting.items():
        exports[name].adopt(settings)
    for export in exports.values():
        export.know(config.exporters)
    return exports


def close_exports(exports: Mapping[str, Export], *, but: Mapping[str, Export]) -> None:
    """Close those of `exports` that are not in `but`."""
    for name, export in exports.items():
        if but.get(name) is not export:
            export.close()


def _problem(config: Config, name: str, settings: Settings, error: OSError) -> Problem:
    key = next((f"{name}.{field}" for field, value in settings if str(value) == error.filename), name)
    message = f"cannot write in {error.filename}: {error.strerror}" if error.filename else str(error)
    return Problem(config.path, None, None, key, message)
