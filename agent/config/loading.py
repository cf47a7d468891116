"""From a file to a `Config`, or to everything that is wrong with it."""

import os
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path

from agent.catalogue import Catalogue, catalogue
from agent.config.document import Node, read
from agent.config.inheritance import group_names, with_inherited_hosts
from agent.config.kept import wrong_with, wrong_with_database, wrong_with_folder, wrong_with_known_hosts
from agent.config.layers import Judgement, Layers
from agent.config.model import MAY_BE_EMPTY, Config, Written, system_timezone
from agent.config.problem import ConfigError, Problem, key_text
from agent.config.relations import complaints
from agent.config.sections import HistoryConfig, anchored_url
from agent.config.shapes import Kinds, anchored, below
from agent.config.validation import locate, validate
from agent.config.web import WebConfig, stands_open
from agent.config.web_loading import read_web_file
from exporters.contract import Fault, Known, Settings


def load(
    path: Path, *, check_files: bool = True, check_folders: bool = False, plugins: Catalogue | None = None
) -> Config:
    """Read a configuration. Raises `ConfigError` with all its problems.

    `check_files`: also look whether the key files and secrets it names are there. `check_folders`: also whether the
    history and the exporters could write where they are to, which only concerns who starts the agent. `plugins`: the
    checks and exporters it may speak of; default: all there are.
    """
    root, problems = read(path)
    loading = _Loading(path, root, plugins or catalogue(), problems)
    config = loading.config()
    if check_files:
        loading.look_for_files()
    if check_folders:
        loading.look_at_folders()
    if problems or config is None:
        raise ConfigError(problems)
    return config


class _Loading:
    """One file on its way to a `Config`; what is wrong gathers in `problems`."""

    def __init__(self, path: Path, root: Node, plugins: Catalogue, problems: list[Problem]) -> None:
        self.path = path
        self.plugins = plugins
        self.problems = problems
        self.folder = Path(os.path.abspath(path)).parent  # noqa: PTH100 (resolve would follow a symlinked file)
        self.settings: dict[str, Settings] = {}
        self.web: WebConfig | None = None
        children = dict(root.children)
        self.sections = {name: _filled(children.pop(name)) for name in plugins.exporters if name in children}
        for name in MAY_BE_EMPTY:
            children[name] = _filled(children.get(name, Node(None, (name,))))
        groups = {name: _without_empty_checks(_filled(group)) for name, group in children["groups"].children.items()}
        children["groups"] = children["groups"].with_children(groups) if groups else children["groups"]
        if hosts := children.get("hosts"):
            children["hosts"] = hosts.with_entries(_without_empty_checks(host) for host in hosts.entries)
        self.root = self._complete(root.with_children(children))

    def config(self) -> Config | None:
        """The configuration; None when there are problems."""
        written = validate(Written, self.root, self.path, self.problems, also_known=self.plugins.exporters)
        self.web = None if written is None else written.web
        exporters = dict(self._exporters())
        judgements = self._judgements()
        for node, message in complaints(self.root):
            self._complain(node, message)
        if written is None or self.problems:
            return None
        return Config(**dict(written), path=self.path, exporters=exporters, params=judgements)

    def look_for_files(self) -> None:
        """Complain about files and secrets that are not there, each once, and about what is wrong in such files."""
        seen: set[tuple[object, ...]] = set()
        exporters = self.plugins.exporters
        places = [(node, exporters[name].exporter.settings) for name, node in self.sections.items()]
        hosts = self.root.children.get("hosts", Node(())).entries
        with_agent = any(host.children.get("agent", Node(False)).value is True for host in hosts)
        for node in chain.from_iterable(_leaves(node, [model]) for node, model in [(self.root, Written), *places]):
            if (node.keys, node.line) not in seen and (message := wrong_with(node, with_agent=with_agent)):
                self._complain(node, message)
            seen.add((node.keys, node.line))
        known_hosts = self.root.children["ssh"].children.get("known_hosts")
        if (
            known_hosts
            and isinstance(known_hosts.value, str)
            and (message := wrong_with_known_hosts(Path(known_hosts.value)))
        ):
            self._complain(known_hosts, message)
        for name, settings in self.settings.items():
            faults = exporters[name].exporter.faults
            found = faults(settings, known(self.plugins, self.root)) if faults is not None else ()
            self.problems += [self._problem(self.sections[name], fault) for fault in found]
        if self.web is not None and self.web.config_file is not None and self.web.config_file.is_file():
            self._look_at_web_file(self.web, self.web.config_file)

    def _look_at_web_file(self, web: WebConfig, path: Path) -> None:
        try:
            file = read_web_file(path)
        except ConfigError as error:
            self.problems += error.problems
            return
        if words := stands_open(web, file):
            self._complain(self.root.children["web"], words)

    def look_at_folders(self) -> None:
        """Complain about folders in which nothing could be written."""
        for section in self.sections.values():
            folder = section.children.get("folder")
            if folder and isinstance(folder.value, str) and (message := wrong_with_folder(Path(folder.value))):
                self._complain(folder, message)
        url = self.root.children["history"].children.get("url")
        if url and isinstance(url.value, str) and (message := wrong_with_database(url.value)):
            self._complain(url, message)

    def _complete(self, root: Node) -> Node:
        """The root with paths absolute, hosts complete, and the time zone of this machine where none is written."""
        children = dict(anchored(root, [Written], self.folder).children)
        history = children["history"]
        url = history.children.get("url", Node(HistoryConfig().url, ("history", "url")))
        if isinstance(url.value, str):
            anchored_to_folder = Node(anchored_url(url.value, self.folder), url.keys, url.line, url.column)
            children["history"] = history.with_children({**history.children, "url": anchored_to_folder})
        if "timezone" not in children:
            try:
                children["timezone"] = Node(system_timezone(), ("timezone",))
            except ValueError as error:
                self._complain(Node(None, ("timezone",), 1, 1), str(error))
                children["timezone"] = Node("UTC", ("timezone",))  # so that the rest is looked at
        return with_inherited_hosts(root.with_children(children))

    def _exporters(self) -> Iterator[tuple[str, Settings]]:
        """The settings of every exporter that is on."""
        for name, plugin in self.plugins.exporters.items():
            node = self.sections.get(name)
            if node is None and not plugin.exporter.always:
                continue
            model = plugin.exporter.settings
            node = anchored(node or Node({}, (name,)), [model], self.folder)
            if (settings := validate(model, node, self.path, self.problems)) is not None:
                self.sections[name] = node
                self.settings[name] = settings
                yield name, settings

    def _problem(self, section: Node, fault: Fault) -> Problem:
        """What an exporter says is wrong with its section, or with a file that it names."""
        if fault.file is not None:
            return Problem(fault.file, fault.line or None, fault.column or None, key_text(fault.keys), fault.message)
        keys, line, column = locate(section, fault.keys)
        return Problem(self.path, line or None, column or None, key_text(keys), fault.message)

    def _judgements(self) -> Mapping[str, Judgement]:
        """The parameters of every check by host name."""
        layers = Layers(self.root, self.plugins, self.path, self.problems)
        layers.validate_groups()
        found: dict[str, Judgement] = {}
        for host in self.root.children.get("hosts", Node(None)).entries:
            name = host.children.get("name", Node(None)).value
            found[str(name)] = layers.of_host(host)
        return found

    def _complain(self, node: Node, message: str) -> None:
        self.problems.append(Problem(self.path, node.line or None, node.column or None, key_text(node.keys), message))


def known(plugins: Catalogue, root: Node) -> Known:
    """What settings of exporters may speak of, where the hosts in `root` are complete."""
    keeping = {name: plugin for name, plugin in plugins.collectors.items() if plugin.collector.keep_facts}
    hosts = root.children.get("hosts", Node(())).entries
    projects = (host.children.get("project", Node(None)).value for host in hosts)
    return Known(
        checks=frozenset(plugins.checks),
        collectors=frozenset(plugins.collectors),
        keep_facts=frozenset(keeping),
        projects=frozenset(name for name in projects if isinstance(name, str) and name),
        groups=frozenset(chain.from_iterable(group_names(host) for host in hosts)),
        fields={name: plugin.fields for name, plugin in keeping.items() if plugin.fields},
    )


def _filled(section: Node) -> Node:
    """A section whose lines are all commented out is an empty one."""
    return section.with_children({}) if section.value is None else section


def _without_empty_checks(place: Node) -> Node:
    """A host or a group, its `checks:` left out when nothing is below."""
    if place.children.get("checks", place).value is not None:
        return place
    return place.with_children({key: child for key, child in place.children.items() if key != "checks"})


def _leaves(node: Node, here: Kinds) -> Iterator[Node]:
    """Every text and path of the settings `here`; unknown keys and the parameters of checks are passed over."""
    if isinstance(node.value, Mapping):
        for key, child in node.children.items():
            yield from _leaves(child, below(here, key))
    elif isinstance(node.value, tuple):
        for i, entry in enumerate(node.value):
            yield from _leaves(entry, below(here, i))
    elif Path in here or str in here:
        yield node
