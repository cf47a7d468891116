"""`python -m deploy.dashboards` writes the dashboards; with `--check` it only says whether they are up to date."""

import sys

from deploy.dashboards.generate import DASHBOARDS

if __name__ == "__main__":
    sys.exit(DASHBOARDS.main("deploy.dashboards", sys.argv[1:]))
