"""The dashboards for Grafana, made from code: `python -m deploy.dashboards` writes deploy/grafana/*.json."""
