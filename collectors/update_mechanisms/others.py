"""dnf-automatic, yum-cron, os-update, transactional-update, YaST's online update, and scripts that cron runs."""

from collections.abc import Iterator, Mapping

from collectors.update_mechanisms.seen import Mechanism, Reach, Seen

# A timer of its own says how far it goes, whatever the settings say; only `upgrade_type` holds for all.
_BY_TIMER = {
    "dnf-automatic": None,
    "dnf5-automatic": None,
    "dnf-automatic-notifyonly": Reach.LISTS,
    "dnf-automatic-download": Reach.DOWNLOAD,
    "dnf-automatic-install": Reach.ALL,
    "os-update": None,
    "transactional-update": None,
}
_YES = frozenset(("yes", "true", "1", "on"))


def by_units(seen: Seen) -> Iterator[Mechanism]:
    """The mechanisms whose units are installed, and YaST's."""
    settings = _settings(seen.settings)
    for name, reach in _BY_TIMER.items():
        timer = seen.units.get(f"{name}.timer")
        if timer is None or timer.text("LoadState", "loaded") != "loaded":
            continue
        wanted, started = timer.text("UnitFileState") == "enabled", seen.is_active(f"{name}.timer")
        if reach is None or wanted or started:
            yield Mechanism(
                name=name,
                reach=_reach(name, reach, settings),
                starter=f"{name}.timer",
                started=started,
                wanted=wanted,
                last_at=timer.moment("LastTriggerUSec"),
                failure=_failure(seen, f"{name}.service"),
            )
    service = seen.units.get("yum-cron.service")
    if service is not None and service.text("LoadState", "loaded") == "loaded":
        reach = _of_dnf(settings.get("yum-cron.conf", {}), "update_cmd")
        wanted, started = service.text("UnitFileState") == "enabled", seen.is_active("yum-cron.service")
        yield Mechanism("yum-cron", reach, "yum-cron.service", started, wanted, traced=False)
    if yast := settings.get("automatic_online_update"):
        security = yast.get("AOU_PATCH_CATEGORIES", "").split() == ["security"]
        on = yast.get("AOU_ENABLE_CRONJOB", "").lower() in _YES
        reach = Reach.SECURITY if security else Reach.ALL
        yield Mechanism("YaST online update", reach, "cron", on, on, traced=False)


def by_cron(text: str) -> Iterator[Mechanism]:
    """Scripts that upgrade, one a line."""
    for path in dict.fromkeys(line for line in text.split("\n") if line.startswith("/etc/")):
        yield Mechanism(path, Reach.ALL, "cron", started=True, traced=False)


def _settings(text: str) -> Mapping[str, Mapping[str, str]]:
    """The settings by file name; what an administrator's file says comes after what the vendor's does."""
    found: dict[str, dict[str, str]] = {}
    for line in text.split("\n"):
        path, _, assignment = line.partition(" ")
        name, equals, value = assignment.partition("=")
        if equals:
            found.setdefault(path.rpartition("/")[2], {})[name.strip()] = value.partition("#")[0].strip().strip("\"'")
    return found


def _reach(name: str, reach: Reach | None, settings: Mapping[str, Mapping[str, str]]) -> Reach:
    if name == "os-update":
        security = settings.get("os-update.conf", {}).get("UPDATE_CMD") == "security"
        return Reach.SECURITY if security else Reach.ALL
    if name == "transactional-update":
        return Reach.ALL
    automatic = settings.get("automatic.conf", {})
    if reach is None:
        return _of_dnf(automatic, "upgrade_type")
    return Reach.SECURITY if reach is Reach.ALL and "security" in automatic.get("upgrade_type", "") else reach


def _of_dnf(settings: Mapping[str, str], kind: str) -> Reach:
    if settings.get("apply_updates", "").lower() in _YES:
        return Reach.SECURITY if "security" in settings.get(kind, "") else Reach.ALL
    return Reach.DOWNLOAD if settings.get("download_updates", "").lower() in _YES else Reach.LISTS


def _failure(seen: Seen, name: str) -> str | None:
    """How the service fared since the host was started."""
    service = seen.units.get(name)
    if service is None or service.moment("ExecMainExitTimestamp") is None:
        return None
    result, status = service.text("Result", "success"), service.text("ExecMainStatus", "0")
    return "" if result == "success" else f"{name}: {result}, status {status}"
