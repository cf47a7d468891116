"""Every key of config.yaml, from its JSON Schema."""

from collections.abc import Mapping
from pathlib import Path

from agent.catalogue import catalogue
from agent.config import schema
from docs.pages.keys import HEAD, Keys
from docs.pages.markdown import code, joined, table

_HEAD = """\
`config.yaml` is looked for in the working folder, then in `/etc/rounds`. `rounds schema` prints the JSON Schema that
this page is made from; `rounds validate` says what is wrong with a file. Durations are written `60s`, `15m`, `6h`,
`7d`; sizes `500MB`, `5GiB`; relative paths begin at the file's folder.
"""


def pages() -> Mapping[Path, str]:
    """One page."""
    whole, exporters = schema(), catalogue().exporters
    keys = Keys(whole)
    shared = whole["$defs"]["GroupConfig"]["properties"]
    parts = ["# Configuration\n", _HEAD, "## At the top\n", table(HEAD, keys.rows(whole, deep=False))]
    for key, place in whole["properties"].items():
        model = keys.model(place)
        if model is None or key == "checks" or not model.get("properties"):
            continue
        titles = {"hosts": "`hosts`: each entry", "groups": "`groups`: each group"}
        parts.append(f"## {titles.get(key, code(key))}\n")
        if key in exporters and not exporters[key].exporter.always:
            parts.append("Without this section it is off.\n")
        parts.append(table(HEAD, keys.rows(model, last=shared if key == "hosts" else ())))
    parts.append("## `checks`\n\nEach has a page with its keys.\n")
    rows = ([f"[{name}](checks/{name}.md)", plugin.doc_block[""]] for name, plugin in catalogue().checks.items())
    parts.append(table(("Check", "What is judged"), rows))
    return {Path("configuration.md"): joined(parts)}
