"""What a command answered, as the shell function `answer` prints it."""

from collections.abc import Mapping

from collectors.contract import UnreadableOutput


def answered(parts: Mapping[str, str], name: str, well: tuple[str, ...] = ("0",)) -> str:
    """What the command of this name printed. Raises `UnreadableOutput` with its first words when it failed."""
    status, _, said = parts.get(f"{name} ended", "").partition("\n")
    if name not in parts or not status.strip():
        raise UnreadableOutput(f"the end of {name}", parts.get(name, "").rstrip("\n").rpartition("\n")[2])
    if status.strip() not in well:
        lines = [line for line in (said if said.strip() else parts[name]).split("\n") if line.strip()]
        told = next((line for line in lines if "error" in line.lower()), lines[0] if lines else f"status {status}")
        raise UnreadableOutput(f"a list ({name}) that ends well", told.removeprefix('message type="error">'))
    return parts[name]
