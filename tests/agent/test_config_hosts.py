"""What a host inherits, and what the agent asks of a configuration."""

from pathlib import Path

import pytest
from tzlocal import unix

from agent.config import Config, WebConfig, model
from agent.config.host import own_login
from exporters.contract import HostCard
from tests.agent.written_config import HEAD, config, problems

FLEET = """\
    system: 门户平台 Portal
    timezone: Asia/Shanghai
    ssh: {user: ops, port: 2222, key_file: keys/everybody, passphrase_env: PHRASE}
    groups:
      inside: {jump: bastion, owner: 值班一组, every: 5m}
      old: {password_file: keys/word}
    hosts:
      - {name: this-machine, transport: local}
      - {name: bastion, address: 192.0.2.1, port: 22}
      - {name: web-01, groups: [inside], role: Web, owner: Anna, location: A-3, project: portal}
      - {name: db-01, groups: [inside, old], status: out-of-service}
      - {name: far, jump: web-01, agent: true}
    """


@pytest.fixture
def fleet(tmp_path: Path) -> Config:
    return config(tmp_path, FLEET, check_files=False)


def test_the_address_is_the_name_unless_written(fleet: Config) -> None:
    assert [host.address for host in fleet.hosts] == ["this-machine", "192.0.2.1", "web-01", "db-01", "far"]


def test_a_host_has_its_own_keys_its_groups_and_those_of_ssh(fleet: Config) -> None:
    web = fleet.host("web-01")
    assert (web.user, web.port, web.jump, web.owner, web.every) == ("ops", 2222, "bastion", "Anna", 300.0)
    assert (fleet.host("bastion").port, fleet.host("bastion").every) == (22, 60.0)


def test_how_to_authenticate_is_inherited_as_one(fleet: Config, tmp_path: Path) -> None:
    bastion, old, far = fleet.host("bastion"), fleet.host("db-01"), fleet.host("far")
    assert bastion.key_file == tmp_path / "keys/everybody"
    assert bastion.passphrase is not None
    assert (old.key_file, old.passphrase, old.password_file) == (None, None, tmp_path / "keys/word")
    assert (far.agent, far.key_file, far.password) == (True, None, None)


def test_the_card_of_a_host(fleet: Config) -> None:
    assert fleet.host("web-01").card() == HostCard(
        name="web-01",
        address="web-01",
        role="Web",
        owner="Anna",
        location="A-3",
        project="portal",
        groups=("inside",),
        every_seconds=300.0,
    )
    assert not fleet.host("db-01").card().in_service
    assert fleet.host("this-machine").card().transport == "local"


def test_hosts_are_found_by_name(fleet: Config) -> None:
    assert fleet.find("nobody") is None
    with pytest.raises(KeyError):
        fleet.host("nobody")
    assert [host.name for host in fleet.on_rounds] == ["this-machine", "bastion", "web-01", "far"]
    assert fleet.is_on_rounds("web-01")
    assert not fleet.is_on_rounds("db-01")
    assert not fleet.is_on_rounds("nobody")


def test_the_way_through_jump_hosts_begins_beside_the_agent(fleet: Config) -> None:
    assert [host.name for host in fleet.jump_chain("far")] == ["bastion", "web-01"]
    assert fleet.jump_chain("this-machine") == ()


def test_a_group_that_jumps_through_its_own_member_goes_in_a_circle(tmp_path: Path) -> None:
    text = HEAD.replace("transport: local", "agent: true, groups: [g]") + "groups: {g: {jump: a}}\n"
    assert problems(tmp_path, text) == ["config.yaml:4: groups.g.jump: goes in a circle: a -> a"]
    assert problems(tmp_path, text.replace("groups: [g]", "groups: [g], jump: null")) == []


def test_nobody_jumps_through_this_machine(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, "system: x\nhosts: [{name: a, transport: local}, {name: b, jump: a, agent: true}]\n")
    assert found == 'config.yaml:2: hosts[1].jump: "a" is this machine itself: leave jump out'


def test_what_nobody_writes_has_defaults(tmp_path: Path) -> None:
    read = config(tmp_path, HEAD)
    host = read.host("a")
    assert (host.user, host.port, host.every) == (own_login(), 22, 60.0)
    assert (read.rounds.every, read.rounds.deadline, read.rounds.slow_deadline, read.rounds.at_once) == (
        60,
        30,
        300,
        64,
    )
    assert read.ssh.known_hosts == tmp_path / "state/known_hosts"
    assert read.history.url == f"sqlite:///{tmp_path}/state/history.db"
    assert read.path == tmp_path / "config.yaml"
    assert read.zone.key == "Asia/Shanghai"
    assert set(read.exporters) == {"log"}


def test_paths_begin_at_the_folder_of_the_file_or_at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/anna")
    monkeypatch.chdir("/")
    text = (
        HEAD
        + """\
log: {folder: days}
ssh: {known_hosts: ~/known, key_file: /abs/key}
history: {url: "sqlite:///here/history.db"}
groups: {owner: {key_file: of-group}}
"""
    )
    read = config(tmp_path, text, check_files=False)
    assert read.exporters["log"].model_dump()["folder"] == tmp_path / "days"
    assert (read.ssh.known_hosts, read.ssh.key_file) == (Path("/home/anna/known"), Path("/abs/key"))
    assert read.history.url == f"sqlite:///{tmp_path}/here/history.db"
    assert read.groups["owner"].key_file == tmp_path / "of-group"


@pytest.mark.parametrize("url", ["sqlite:////var/lib/rounds/history.db", "postgresql://u@h/d"])
def test_other_database_urls_stay_as_they_are(tmp_path: Path, url: str) -> None:
    assert config(tmp_path, HEAD + f"history: {{url: '{url}'}}\n").history.url == url


def test_an_exporter_is_on_when_its_key_is_there(tmp_path: Path) -> None:
    read = config(tmp_path, HEAD + "post: {host: mail, from: me}\n")
    assert read.exporters["post"].model_dump()["sender"] == "me"


@pytest.mark.parametrize(
    ("listen", "host", "port"),
    [
        ("127.0.0.1:9610", "127.0.0.1", 9610),
        ("[::1]:0", "::1", 0),
        ("localhost:80", "localhost", 80),
        ("127.9.9.9:1", "127.9.9.9", 1),
    ],
)
def test_where_to_listen(listen: str, host: str, port: int) -> None:
    web = WebConfig(listen=listen)
    assert (web.host, web.port) == (host, port)


@pytest.mark.parametrize("listen", ["0.0.0.0:9610", "[::]:9610", "192.0.2.1:9610", "monitor.example.org:9610"])
def test_listening_to_the_network_must_be_said_twice(tmp_path: Path, listen: str) -> None:
    text = HEAD + f"web: {{listen: '{listen}', without_authentication: %s}}\n"
    assert "nobody is asked who he is for metrics and read" in problems(tmp_path, text % "false")[0]
    assert config(tmp_path, text % "true").web.listen == listen


def test_a_configuration_cannot_be_changed_and_equals_itself_read_again(tmp_path: Path) -> None:
    read = config(tmp_path, HEAD)
    with pytest.raises(ValueError, match="frozen"):
        read.system = "other"  # type: ignore[misc]
    assert config(tmp_path, HEAD) == read
    assert config(tmp_path, HEAD.replace("Portal", "Other")) != read


def test_the_time_zone_of_this_machine_is_the_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.setattr(model.tzlocal, "get_localzone_name", unix._get_localzone_name)
    assert config(tmp_path, HEAD.replace("timezone: Asia/Shanghai", "")).timezone == "Asia/Tokyo"


def test_a_machine_whose_time_zone_has_no_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = HEAD.replace("timezone: Asia/Shanghai", "")
    monkeypatch.setattr(model.tzlocal, "get_localzone_name", lambda: None)
    monkeypatch.setattr(model, "LOCALTIME", tmp_path / "localtime")
    assert config(tmp_path, text).timezone == "UTC"
    (tmp_path / "localtime").write_bytes(b"TZif2")
    (found,) = problems(tmp_path, text)
    assert found.startswith("config.yaml:1: timezone: missing, and this machine's time zone has no name; write one")
