"""Deleted files that processes still hold: space that df counts and nobody sees, and programs replaced under way."""

# find is asked as root, for every process, and its answer counted up on the host:
#   files 2 6291456                                 (all of them, and the bytes they take)
#   file 5242880 /var/log/app.log
#   by java
#   outdated 3 nginx.service nginx                  (processes, unit or -, name)
#   uses /usr/lib/x86_64-linux-gnu/libssl.so.3

from dataclasses import dataclass

from collectors.contract import Collector, NoPermission, UnreadableOutput
from collectors.contract.reading import refuse_denied, whole_number
from collectors.deletions import DeletedFile, OutdatedProcess, deleted_file, outdated_process, readable

# Only links are read, so that no dead NFS server is asked; what is deleted there is no "(deleted)" one. A link in fd is
# executable, one in map_files is not: that tells them apart without a wildcard, which sudoers could not take as meant.
# busybox's find cannot tell where a link leads: there root asks ls, and the maps themselves.
# What never was a file on a disk is left out, and what is mapped from temporary folders, as code made under way is.
PROBE = r"""
if [ -x /usr/bin/stat ] && find --version >/dev/null 2>&1; then
  as_root find /proc -maxdepth 3 '(' -name net -o -name task -o -name fdinfo -o -name ns -o -name attr -o -name sys \
    -o -name irq -o -name bus -o -name fs -o -name tty -o -name driver ')' -prune -o -lname '* (deleted)' -ls \
    -perm -100 -exec /usr/bin/stat -L -c '%n %d:%i %h %b %F' {} + 2>/dev/null
elif [ -O /proc/1 ]; then
  ls -l /proc/[0-9]*/exe 2>/dev/null | grep ' (deleted)$'
  grep -s '\.so.* (deleted)$' /proc/[0-9]*/maps | sed 's/^\([^:]*\)[^/]*/\1 -> /'
  held=$(ls -l /proc/[0-9]*/fd 2>/dev/null |
    awk '/^\/proc\/.*:$/ { at = substr($0, 1, length($0) - 1) } / -> \/.* \(deleted\)$/ {
      i = index($0, " -> "); n = split(substr($0, 1, i - 1), word, " "); print at "/" word[n] substr($0, i)
    }')
  printf '%s\n' "$held"
  stat -L -c '%n %d:%i %h %b %F' $(printf '%s\n' "$held" | cut -d ' ' -f 1) /dev/null 2>/dev/null
else
  echo unprivileged
fi | awk '
  function line_of(path,  line) { line = ""; getline line < path; close(path); return line }
  function unit_of(pid,  path, line, unit) {
    path = "/proc/" pid "/cgroup"; unit = "-"
    while ((getline line < path) > 0)
      if (match(line, /\/[^\/ ]+\.(service|scope)/)) unit = substr(line, RSTART + 1, RLENGTH - 1)
    close(path)
    return unit
  }
  /^== denied / || /^unprivileged$/ { print; next }
  match($0, /\/proc\/[0-9]+\/[a-z_]+[^ ]* -> \//) {
    link = substr($0, RSTART, RLENGTH - 5); target = substr($0, RSTART + RLENGTH - 1)
    sub(/\\? \(deleted\)$/, "", target); split(link, part, "/")
    if (target ~ /^\/(memfd:|SYSV|dev\/|proc\/|\[aio\]|drm mm|i915|anon_hugepage)/) next
    if (part[4] == "fd") { name[link] = target; next }
    if (target ~ /^\/(tmp|var\/tmp|run)\// || !(part[4] == "exe" || target ~ /\.so(\.|$)/)) next
    if (part[4] != "exe" && part[4] != "map_files" && part[4] != "maps") next
    if (!((part[3], target) in seen)) { seen[part[3], target]; used[part[3]] = used[part[3]] "\nuses " target }
    next
  }
  $1 in name && $3 == 0 && $5 == "regular" {
    split($1, part, "/"); held_by = line_of("/proc/" part[3] "/comm")
    if (!($2 in path)) { files++; blocks += $4; size[$2] = $4; path[$2] = name[$1] }
    if (!(($2, held_by) in holds)) { holds[$2, held_by]; holders[$2] = holders[$2] "\nby " held_by }
  }
  END {
    printf "files %d %.0f\n", files, blocks * 512
    for (inode in path)
      if (size[inode] >= 2048 && told++ < 100) printf "file %.0f %s%s\n", size[inode] * 512, path[inode], holders[inode]
    for (pid in used) {
      program = line_of("/proc/" pid "/comm")
      if (program != "") { key = unit_of(pid) " " program; count[key]++; if (!(key in uses)) uses[key] = used[pid] }
    }
    for (key in count) print "outdated " count[key] " " key uses[key]
  }'
"""


@dataclass(frozen=True, slots=True)
class DeletedFiles:
    """What was deleted and is still in use.

    `files` are those of 1 MiB and more, the largest first, a hundred of them at most; `count` and `used_bytes` are of
    all. A file in memory only (memfd, shared memory) is none.
    """

    count: int
    used_bytes: int
    files: tuple[DeletedFile, ...]
    outdated: tuple[OutdatedProcess, ...]


def parse(output: str) -> DeletedFiles:
    """Raises `UnreadableOutput`, and `NoPermission` where the processes of others cannot be seen."""
    refuse_denied(output)
    if output.startswith("unprivileged"):
        raise NoPermission("needs root: only root sees what the processes of others hold; sudo needs GNU find here")
    total: tuple[int, int] | None = None
    found: list[tuple[str, list[str]]] = []
    for line in output.split("\n"):
        word, _, rest = line.partition(" ")
        match word:
            case "files":
                count, _, used = rest.partition(" ")
                total = whole_number(count, line), whole_number(used, line)
            case "file" | "outdated":
                found.append((line, []))
            case "by" | "uses" if found:
                found[-1][1].append(readable(rest))
            case "":
                pass
            case _:
                raise UnreadableOutput("files, file, by, outdated or uses", line)
    if total is None:
        raise UnreadableOutput("the number of deleted files", output.partition("\n")[0])
    files = [deleted_file(line, names) for line, names in found if line.startswith("file ")]
    outdated = [outdated_process(line, paths) for line, paths in found if line.startswith("outdated ")]
    return DeletedFiles(
        *total,
        files=tuple(sorted(files, key=lambda file: (-file.used_bytes, file.path))),
        outdated=tuple(sorted(outdated, key=lambda process: (process.unit or "", process.name))),
    )


COLLECTOR = Collector(
    probe=PROBE,
    parse=parse,
    needs_command="awk",
    every_seconds=3600,
    timeout_seconds=60,
    # A class that holds the star, which alone would be a wildcard.
    root_commands=(
        "find /proc -maxdepth 3 ( -name net -o -name task -o -name fdinfo -o -name ns -o -name attr -o -name sys "
        "-o -name irq -o -name bus -o -name fs -o -name tty -o -name driver ) -prune -o -lname [)-+] (deleted) -ls "
        "-perm -100 -exec /usr/bin/stat -L -c %n %d:%i %h %b %F {} +",
    ),
)
