"""The exporters at work, as the configuration switches them on."""

from collections.abc import Mapping

from agent.catalogue import Catalogue
from agent.config import Config
from exporters.contract import Export


def start_exports(
    config: Config, catalogue: Catalogue, running: Mapping[str, Export] | None = None, before: Config | None = None
) -> dict[str, Export]:
    """Start every exporter that is configured, or always on.

    After a change of configuration, those in `running` whose settings are as `before` go on, and keep what they
    hold; the others are closed.
    """
    running = running or {}
    exports: dict[str, Export] = {}
    for name, plugin in catalogue.exporters.items():
        settings = config.exporters.get(name)
        if settings is None and plugin.exporter.always:
            settings = plugin.exporter.settings()
        if settings is None:
            continue
        unchanged = before is not None and before.exporters.get(name) == config.exporters.get(name)
        exports[name] = running[name] if unchanged and name in running else plugin.exporter.start(settings)
    for name, export in running.items():
        if exports.get(name) is not export:
            export.close()
    return exports
