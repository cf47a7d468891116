"""`python -m deploy.dashboards` writes the dashboards; with `--check` it only says whether they are up to date."""

import sys

from deploy.dashboards.generate import FOLDER, stale, write


def main(arguments: list[str]) -> int:
    """The exit code: 0, or 1 when `--check` found stale files."""
    if arguments not in ([], ["--check"]):
        print("usage: python -m deploy.dashboards [--check]", file=sys.stderr)
        return 2
    if not arguments:
        write()
        return 0
    out_of_date = stale()
    for path in out_of_date:
        print(f"{path.relative_to(FOLDER.parents[1])} is out of date: make dashboards", file=sys.stderr)
    return 1 if out_of_date else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
