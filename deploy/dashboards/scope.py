"""What a dashboard looks at: its variables, and how a query keeps to them."""

from grafana_foundation_sdk.builders import dashboard as builders
from grafana_foundation_sdk.models import common
from grafana_foundation_sdk.models import dashboard as models

SOURCE = common.DataSourceRef(type_val="prometheus", uid="${datasource}")
AGENT_URL = "http://127.0.0.1:9610"

_GROUPS = 'groups=~"(.*,)?$group(,.*)?"'
"""A host's groups are one label, separated by commas."""
HOSTS = f'rounds_host_info{{project=~"$project",{_GROUPS},host=~"$host"}}'
"""The hosts looked at, one series for each."""


def within(expression: str) -> str:
    """Only of the hosts looked at."""
    left = f"({expression})" if " or " in expression else expression
    return f"{left} and on (job, instance, host) {HOSTS}"


def once(expression: str) -> str:
    """Each thing once, though two agents, or two jobs, tell of it."""
    return f"max without (job, instance) ({expression})"


def total(expression: str, of: str = "") -> str:
    """The sum over the hosts looked at; 0 where there is nothing to add up, but something of `of` is known."""
    found = f"sum({once(within(expression))})"
    return f"{found} or 0 * count({within(of)})" if of else found


def judged(check: str, item: str = "") -> str:
    """States of a check that say something: one that is unknown tells neither that all is well nor that it is not."""
    of_item = f',item="{item}"' if item else ""
    return f'rounds_check_state{{check="{check}"{of_item}}} != 2'


def with_owner(expression: str, *labels: str) -> str:
    """Only of the hosts looked at, with labels that tell who they are; by default owner and project."""
    wanted = ", ".join(labels or ("owner", "project"))
    left = f"({expression})" if " or " in expression else expression
    return f"{left} * on (job, instance, host) group_left ({wanted}) {HOSTS}"


def fleet_variables() -> list[builders.QueryVariable]:
    """Project, group and any number of hosts."""
    host = _query("host", "Host", f'label_values(rounds_host_info{{project=~"$project",{_GROUPS}}}, host)')
    return [*_place(), _all(host)]


def host_variables() -> list[builders.QueryVariable]:
    """One host; project and group make the list to choose from shorter."""
    return [
        *_place(),
        _query("host", "Host", f'label_values(rounds_host_info{{project=~"$project",{_GROUPS}}}, host)'),
    ]


def agent_variables() -> list[builders.QueryVariable]:
    """Which agent, by the address it is scraped at."""
    return [_all(_query("instance", "Agent", "label_values(rounds_start_timestamp_seconds, instance)"))]


def source_variable() -> builders.DatasourceVariable:
    """Which Prometheus."""
    return builders.DatasourceVariable("datasource").label("Prometheus").type("prometheus").multi(False)


def agent_url_variable() -> builders.TextBoxVariable:
    """Where the agent's own pages are, for links to the daily log."""
    return (
        builders.TextBoxVariable("agent_url")
        .label("Agent's address")
        .description("Address of the rounds agent as your browser reaches it, for links to its reports")
        .default_value(AGENT_URL)
        .current(models.VariableOption(selected=True, text=AGENT_URL, value=AGENT_URL))
        .options([models.VariableOption(selected=True, text=AGENT_URL, value=AGENT_URL)])
    )


def _place() -> list[builders.QueryVariable]:
    group = _query("group", "Group", 'label_values(rounds_host_info{project=~"$project"}, groups)')
    return [
        _all(_query("project", "Project", "label_values(rounds_host_info, project)")),
        _all(group.regex("/([^,]+)/g")),
    ]


def _query(name: str, label: str, query: str) -> builders.QueryVariable:
    return (
        builders.QueryVariable(name)
        .label(label)
        .datasource(SOURCE)
        .query({"qryType": 1, "query": query, "refId": f"variable-{name}"})
        .refresh(models.VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(models.VariableSort.NATURAL_ASC)
    )


def _all(variable: builders.QueryVariable) -> builders.QueryVariable:
    everything = models.VariableOption(selected=True, text=["All"], value=["$__all"])
    return variable.multi(True).include_all(True).all_value(".*").current(everything)


def worst(count: int, expression: str, by: str = "host, item") -> str:
    """The `count` highest of the hosts looked at, now."""
    return f"topk({count}, max by ({by}) ({within(expression)}))"


def worst_over_time(count: int, metric: str, by: str = "host, item") -> str:
    """The series that were highest in the time range, the same ones at every point of it."""
    highest = within(f"max_over_time({metric}[$__range] @ end())")
    return f"max by ({by}) ({metric}) and on ({by}) topk({count}, max by ({by}) ({highest}))"


def beside(expression: str, anchor: str, by: str = "host, item") -> str:
    """Another number of what `anchor` names, to stand in the same row of a table."""
    return f"max by ({by}) ({expression}) and on ({by}) {anchor}"


def how_many(expression: str, of: str = "rounds_host_up") -> str:
    """How many series of the hosts looked at: 0 where none of `of` is one, nothing where nothing of it is known."""
    return f"count({once(within(expression))}) or 0 * count({within(of)})"
