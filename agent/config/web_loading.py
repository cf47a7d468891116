"""From `web.config.yml` to a `WebFile`, or to everything that is wrong with it."""

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from agent.config.document import Node, read
from agent.config.problem import ConfigError, Problem, key_text
from agent.config.shapes import anchored
from agent.config.tls import TlsError, certificate_ends, is_odd, server_context
from agent.config.validation import locate, validate
from agent.config.web import WebConfig
from agent.config.web_file import WebFile


def read_web_file(path: Path) -> WebFile:
    """The file, its relative paths beginning at its folder. Raises `ConfigError` with all its problems."""
    if is_odd(path):
        raise ConfigError([Problem(path, None, None, "", "it is not a file")])
    root, problems = read(path, needs="tls_server_config: or basic_auth_users:")
    root = anchored(_without_nothing(root), [WebFile], path.parent)
    file = validate(WebFile, root, path, problems)
    if problems or file is None:
        raise ConfigError(problems)
    if file.tls_server_config is not None:
        try:
            server_context(file.tls_server_config)
        except TlsError as error:
            keys, line, column = locate(root, ("tls_server_config", error.key))
            raise ConfigError([Problem(path, line or None, column or None, key_text(keys), str(error))]) from error
    return file


def doubts(web: WebConfig, file: WebFile) -> list[str]:
    """What is allowed and still not wise, a sentence each."""
    found, tls = [], file.tls_server_config
    if tls is None and not web.is_at_home and web.held(file):
        found.append(
            f"web.listen ({web.listen}) is open to the network without TLS: passwords and tokens can be read on the"
            " way; name a certificate in web.config_file"
        )
    if tls is not None:
        secrets = [tls.key_file, web.config_file if tls.key is not None else None]
        found += [
            f"{path} holds a private key and is open to everybody on this machine; chmod o= {path}"
            for path in secrets
            if path is not None and _is_open_to_everybody(path)
        ]
        with suppress(OSError, ValueError):  # it is being replaced
            if (ends := certificate_ends(tls)) < datetime.now(UTC):
                found.append(f"the certificate of web.config_file ended on {ends:%Y-%m-%d %H:%M} UTC")
    return found


def _is_open_to_everybody(path: Path) -> bool:
    try:
        return bool(path.stat().st_mode & 0o007)
    except OSError:
        return False


def _without_nothing(root: Node) -> Node:
    """Keys with nothing behind them are as if they were not there; but a user without a password is a mistake."""
    found: dict[str, Node] = {}
    for key, section in root.children.items():
        if key == "basic_auth_users" and section.children:
            found[key] = section
        elif section.children:
            found[key] = section.with_children(
                {k: child for k, child in section.children.items() if child.value is not None}
            )
        elif section.value is not None:
            found[key] = section
    return root.with_children(found)
