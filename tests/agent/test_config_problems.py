"""What is wrong is said with its line, its key and what was expected, all of it at once."""

from pathlib import Path

import pytest

from agent.config import ConfigError
from tests.agent.written_config import HEAD, config, problems


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cheks: {}", 'cheks: unknown key, did you mean "checks"?'),
        ("pots: {host: a}", 'pots: unknown key, did you mean "post"?'),
        ("rounds: {evry: 60s}", 'rounds.evry: unknown key, did you mean "every"?'),
        ("rounds: {zzz: 1}", "rounds.zzz: unknown key; known here: at_once, deadline, every, slow_deadline"),
        ("history: {retention: {dayly: 1d}}", 'history.retention.dayly: unknown key, did you mean "daily"?'),
        ("post: {host: a, form: b}", 'post.form: unknown key, did you mean "from"?'),
        ("post: {}", "post.host: missing"),
        ("post:", "post.host: missing"),
        ("post: 5", "post: expected keys with values below it (host, "),
        ("log: {languages: [zh, de]}", "log.languages[1]: expected zh or en, not 'de'"),
        ("log: {languages: zh}", "log.languages: expected a list, such as [one, two], not 'zh'"),
        ("person_on_duty: 5", "person_on_duty: expected text, not 5; put it in quotes if it is meant as text"),
        ("person_on_duty: no", "person_on_duty: expected text, not false; put it in quotes"),
        ('person_on_duty: "a\\nb"', "person_on_duty: must be one line of text"),
        ("rounds: {every: soon}", "rounds.every: expected a duration such as 60s, 15m, 6h or 7d, not 'soon'"),
        ("rounds: {at_once: 0}", "rounds.at_once: must be greater than or equal to 1, not 0"),
        ("rounds: {at_once: many}", "rounds.at_once: expected a whole number, not 'many'"),
        ("rounds: {at_once: yes}", "rounds.at_once: expected a whole number, not true"),
        ("rounds: {every: 20s}", "rounds: deadline (30s) must be shorter than every (20s): a round ends before"),
        (
            "rounds: [1]",
            "rounds: expected keys with values below it (every, deadline, slow_deadline, at_once), not a list",
        ),
        ("web: {listen: 0.0.0.0:9610}", "web: listen (0.0.0.0:9610) is open to the network, and nobody is asked"),
        ("web: {listen: ':9610'}", "web.listen: expected address:port"),
        ("web: {listen: '127.0.0.1:99999'}", "web.listen: expected address:port"),
        ("web: {listen: '::1:9610'}", "web.listen: expected address:port"),
        ("history: {url: nonsense}", "history.url: expected a database URL such as"),
        ("history: {url: 'sqlite://'}", "history.url: expected a file, such as"),
        ("history: {url: 'mysql://h/d'}", "history.url: the history is kept in sqlite or postgresql, not mysql"),
        ("history: {url: 'postgresql://u:hunter2@h/d'}", "history.url: a secret is not written into this file"),
        ("history: {password_env: A, password_file: b}", "history: write only one of password_file and password_env"),
        ("checks: 5", "checks: expected keys with values below it, not 5"),
        ("checks: {fulness: {}}", 'checks.fulness: there is no such check, did you mean "fullness"?'),
        ("checks: {fullness: 80}", "checks.fullness: expected this check's parameters below it ("),
        ("checks: {fullness: {used: 1}}", 'checks.fullness.used: unknown key, did you mean "used_percent"?'),
        ("checks: {fullness: {used_percent: {warm: 1}}}", "checks.fullness.used_percent.warm: unknown key, did you"),
        ("checks: {fullness: {used_percent: {warn: 95}}}", "checks.fullness.used_percent: warn (95%) must not be"),
        (
            "checks: {fullness: {used_percent: 80}}",
            "checks.fullness.used_percent: expected keys with values below it (warn, crit), not 80",
        ),
        ("checks: {freshness: {sets: [a]}}", "checks.freshness.sets[0]: expected keys with values below it (name, "),
        ("groups: {g: 5}", "groups.g: expected keys with values below it ("),
        ("groups: 5", "groups: expected keys with values below it, not 5"),
        ("history: {retention: 30d}", "history.retention: expected keys with values below it ("),
        ("web: {tokens: [a]}", "web.tokens[0]: expected keys with values below it (name, "),
        (
            "checks: {freshness: {rules: {kind: ful}}}",
            "checks.freshness.rules.kind: expected full or partial, not 'ful', did",
        ),
        ("checks: {freshness: {sets: [{newest_within: 1h}]}}", "checks.freshness.sets[0].name: missing"),
        ("checks: {freshness: {sets: [{name: a, nam: b}]}}", "checks.freshness.sets[0].nam: unknown key, did you mean"),
        ("groups: {g: {chekcs: {}}}", 'groups.g.chekcs: unknown key, did you mean "checks"?'),
        ("groups: {g: {checks: {fullness: {retries: 0}}}}", "groups.g.checks.fullness.retries: must be greater than"),
        ("groups: {'a b': {}}", "'a b' cannot be a name: names stand in metrics, file names and URLs"),
        ("timezone: Asia/Shanghi", "timezone: there is no time zone 'Asia/Shanghi', did you mean \"Asia/Shanghai\"?"),
        ("timezone: ../../etc/passwd", "timezone: there is no time zone '../../etc/passwd'"),
    ],
)
def test_a_problem_is_told_with_line_and_key(tmp_path: Path, text: str, said: str) -> None:
    head = HEAD.replace("timezone: Asia/Shanghai", "# no time zone") if "timezone" in text else HEAD
    (found,) = problems(tmp_path, head + text, check_files=False)
    assert found.startswith("config.yaml:4: ")
    assert said in found
    assert "hunter2" not in found


HOST_HEAD = "system: Portal\ntimezone: UTC\nssh: {agent: true}\ngroups: {web: {}}\nhosts:\n"


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("{name: a b}", "hosts[0].name: 'a b' cannot be a name: names stand in metrics, file names and URLs"),
        ("{name: ../x}", "hosts[0].name: '../x' cannot be a name"),
        ("{name: 数据库}", "hosts[0].name: '数据库' cannot be a name"),
        ("{name: 5}", "hosts[0].name: expected text, not 5; put it in quotes"),
        ("{address: a}", "hosts[0].name: missing"),
        ("{name: a, address: root@b}", "hosts[0].address: 'root@b' is not an address; write the login under user:"),
        ("{name: a, address: -oProxyCommand}", "hosts[0].address: '-oProxyCommand' is not a host name or an IP"),
        ("{name: a, prot: 22}", 'hosts[0].prot: unknown key, did you mean "port"?'),
        ("{name: a, port: '22'}", "hosts[0].port: expected a whole number, not '22'"),
        ("{name: a, port: 70000}", "hosts[0].port: must be less than or equal to 65535, not 70000"),
        (
            "{name: a, status: in service}",
            "hosts[0].status: expected in-service or out-of-service, not 'in service', did",
        ),
        ("{name: a, transport: telnet}", "hosts[0].transport: expected ssh or local, not 'telnet'"),
        ("{name: a, password: hunter2}", "hosts[0].password: a secret is not written into this file; say where it is"),
        ("{name: a, passphrase: hunter2}", "with passphrase_credential, passphrase_env or passphrase_file"),
        ("{name: a, groups: [wbe]}", 'hosts[0].groups[0]: there is no group "wbe", did you mean "web"?'),
        ("{name: a, groups: web}", "hosts[0].groups: expected a list"),
        ("{name: a, jump: b}", 'hosts[0].jump: there is no host "b" to jump through; known here: a'),
        ("{name: a, jump: a}", "hosts[0].jump: goes in a circle: a -> a"),
        ("{name: a, every: 30s}", "hosts[0].every: must be longer than rounds.deadline (30s)"),
        (
            "{name: a, checks: {fulness: {}}}",
            'hosts[0].checks.fulness: there is no such check, did you mean "fullness"?',
        ),
        ("{name: a, checks: {fullness: {free: lots}}}", "hosts[0].checks.fullness.free: expected a size such as 5GiB"),
        ("just-a-name", "hosts[0]: expected keys with values below it (name, "),
    ],
)
def test_a_problem_of_a_host(tmp_path: Path, host: str, said: str) -> None:
    (found,) = problems(tmp_path, HOST_HEAD + f"  - {host}\n")
    assert found.startswith("config.yaml:6: ")
    assert said in found
    assert "hunter2" not in found


@pytest.mark.parametrize("hosts", ["hosts:", "hosts: []", "hosts: {}", ""])
def test_without_hosts_there_is_nothing_to_do(tmp_path: Path, hosts: str) -> None:
    (found,) = problems(tmp_path, f"system: Portal\ntimezone: UTC\n{hosts}\n")
    assert ": hosts: " in found


def test_all_problems_come_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = """\
        system: Portal
        timezone: UTC
        hosts:
          - name: web-01
            prot: 22
            groups: [wbe]
          - name: web-01
            key_file: missing_key
          - {name: x, jump: y, agent: true}
          - {name: y, jump: x, agent: true}
        groups:
          web: {checks: {fulness: {}}}
        rounds: {every: never}
        """
    assert problems(tmp_path, text) == [
        'config.yaml:5: hosts[0].prot: unknown key, did you mean "port"?',
        'config.yaml:6: hosts[0].groups[0]: there is no group "wbe", did you mean "web"?',
        'config.yaml:7: hosts[1].name: there is a host "web-01" on line 4 already',
        f"config.yaml:8: hosts[1].key_file: no such file: {tmp_path}/missing_key",
        "config.yaml:9: hosts[2].jump: goes in a circle: x -> y -> x",
        "config.yaml:10: hosts[3].jump: goes in a circle: y -> x -> y",
        'config.yaml:12: groups.web.checks.fulness: there is no such check, did you mean "fullness"?',
        "config.yaml:13: rounds.every: expected a duration such as 60s, 15m, 6h or 7d, not 'never'",
    ]


def test_a_problem_knows_its_place(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as error:
        config(tmp_path, HEAD + "web: {lisen: x}")
    (problem,) = error.value.problems
    assert (problem.file, problem.line, problem.column, problem.key) == (tmp_path / "config.yaml", 4, 7, "web.lisen")


def test_what_a_group_writes_wrong_is_told_once_however_many_hosts_are_in_it(tmp_path: Path) -> None:
    text = """\
        system: Portal
        timezone: UTC
        hosts: [{name: a, groups: [g]}, {name: b, groups: [g]}, {name: c, groups: [g]}]
        groups:
          g: {port: 0, agent: true, checks: {fullness: {free: much}}}
        """
    assert [one.partition(": expected")[0].partition(": must")[0] for one in problems(tmp_path, text)] == [
        "config.yaml:5: groups.g.port",
        "config.yaml:5: groups.g.checks.fullness.free",
    ]


def test_layers_that_contradict_each_other_are_told_where_the_upper_one_is(tmp_path: Path) -> None:
    text = """\
        system: Portal
        timezone: UTC
        checks:
          fullness: {used_percent: {warn: 70, crit: 75}}
        hosts:
          - name: a
            agent: true
            checks:
              fullness:
                used_percent:
                  warn: 85
        """
    (found,) = problems(tmp_path, text)
    assert found == ("config.yaml:10: hosts[0].checks.fullness.used_percent: warn (85%) must not be above crit (75%)")
