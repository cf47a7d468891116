"""`python -m tests.compatibility`: does what was made for node_exporter work here? Ends with 1 when it does not."""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

from tests.compatibility import families_page
from tests.compatibility.judgement import Timing
from tests.compatibility.query import INDEXES, Query, index_of, of_dashboard, of_index, of_rules
from tests.compatibility.stage import Stage, stage
from tests.compatibility.table import Occasion, Share, page
from tests.lab import Lab, LabError, LabUnavailable
from tests.lab.premises import PREFIX, Premises

HOSTS = ("debian-11", "debian-12", "debian-13")
FAMILIES = Path("docs/explanation/node-exporter-families.md")
TIMING = Timing(scrape=5, beat=5, span=60)


def queries(dashboard: Path | None, rules: Path | None) -> Iterator[Query]:
    """The queries of the files that are given."""
    if dashboard is not None:
        yield from of_dashboard(dashboard)
    if rules is not None:
        yield from of_rules(rules)


def compare(options: argparse.Namespace) -> int:
    """Build a lab, compare, write the page."""
    noted = [query for path in INDEXES for query in of_index(path)]
    asked = [*noted, *queries(options.dashboard, options.rules)]
    lab = Lab(Premises(f"{PREFIX}compare"))
    with lab, tempfile.TemporaryDirectory() as folder, stage(lab, Path(folder), options.hosts, TIMING) as ready:
        comparison = ready.sides.compare(asked, ready.exporters)
        reference = list(dict.fromkeys(row.query for row in comparison.rows if row.verdict.there))
        bare = {host: Share(len(ready.sides.answered(reference, host)), len(reference)) for host in ready.bare}
    written = page(comparison, _occasion(ready, options, bare))
    options.write.write_text(written, encoding="utf-8")
    print(f"{comparison.answered_here} of {comparison.asked_there} queries with data there have data here "
          f"({comparison.share:.1%}); {len(comparison.disagreements)} differ; see {options.write}")  # fmt: skip
    return 0 if comparison.is_good else 1


def note(options: argparse.Namespace) -> int:
    """Print the index of what a dashboard or rules file reads."""
    asked = list(queries(options.dashboard, options.rules))
    print(yaml.safe_dump(index_of(asked, options.source, options.version), sort_keys=False, width=120), end="")
    return 0


def families(_: argparse.Namespace) -> int:
    """Write the page of what is not here."""
    FAMILIES.write_text(families_page.page(), encoding="utf-8")
    return 0


def _occasion(ready: Stage, options: argparse.Namespace, bare: Mapping[str, Share]) -> Occasion:
    files = [path.name for path in (options.dashboard, options.rules) if path is not None]
    asked = "".join(f", and every expression of {name}" for name in files)
    exporters = ", ".join(f"{version} on {host}" for host, version in ready.exporters.items())
    return Occasion(
        time.strftime("%Y-%m-%d"),
        (
            f"Asked was each selector that the sources read, by our notes of them{asked}.",
            f"node_exporter {exporters}: Debian's packages, as they come. Prometheus {ready.prometheus}.",
        ),
        TIMING,
        bare,
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.compatibility", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    lab = commands.add_parser("lab", help="compare in a lab")
    lab.add_argument("--hosts", nargs="+", default=HOSTS, help="the Debian hosts of the lab that get a node_exporter")
    lab.add_argument("--write", type=Path, required=True, help="the page")
    lab.set_defaults(run=compare)
    index = commands.add_parser("index", help="note what files read, to keep the facts without the files")
    index.add_argument("--source", required=True)
    index.add_argument("--version", required=True)
    index.set_defaults(run=note)
    listed = commands.add_parser("families", help=f"write {FAMILIES}")
    listed.set_defaults(run=families)
    for command in (lab, index):
        command.add_argument("--dashboard", type=Path, help="a dashboard's JSON")
        command.add_argument("--rules", type=Path, help="a rules file")
    options = parser.parse_args()
    try:
        return int(options.run(options))
    except (LabError, LabUnavailable) as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
