"""Repositories of Borg: their archives, and its own check of them."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from collectors.backup_sources.asking import LIST_SECONDS, PASSWORD_FILE, TEST_SECONDS, as_root
from collectors.backup_sources.copies import Copy, Listing
from collectors.backup_sources.moments import moment
from collectors.backup_sources.told import told_by_lines
from collectors.backup_sources.tool import Form, Setting, Tool
from collectors.contract import UnreadableOutput

_BASE = "/dev/shm/rounds-borg"
_REMOTE_BASE = "/run/rounds-borg"
_READER = (
    "/usr/bin/setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs"
    " --bounding-set=-all,+dac_read_search --inh-caps=-all,+dac_read_search --ambient-caps=-all,+dac_read_search"
)
_STANDS = "--chdir=/"
_ALLOWED = "TZ=UTC BORG_RELOCATED_REPO_ACCESS_IS_OK=yes BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK=yes"

# Root's borg would write: its check puts back the repository's file `config`, which then is root's, and locks out whom
# the repository belongs to. So it is run as nobody who may read everything and write nothing, which borg knows as a
# read-only repository. What it must note of each repository it has seen (a few hundred bytes) goes to memory, and is
# put away at the end; where the probe is killed, at the end of the next.
# sudo takes words in any grouping that has the same blanks: `env A=b TOOL NEXT`, with `A=b TOOL` as one word, runs
# NEXT, and a name with a slash inside from wherever the login stands. So env goes to the root folder, where it has
# nothing.
# Times are local ones without an offset: those of UTC.
_REPOSITORY = rf"""
installed borg || return 0
location=$1 reader= base= stands=
key=$(option key_file "$@") || key=
file=$(option password_file "$@") || file=
case $location in
  /*) reachable "$location" "$location/config" "$location/data" ${{key:+"$key"}} ${{file:+"$file"}} || return 0
    # Root reads as nobody too.
    {{ [ -n "$by" ] || [ -O /proc/1 ]; }} && reader="{_READER}" base={_BASE} by=as_root ;;
  *) reachable ${{key:+"$key"}} ${{file:+"$file"}} || return 0
    {{ [ -n "$by" ] || [ -O /proc/1 ]; }} && base={_REMOTE_BASE} by=as_root ;;
esac
# Neither left by a borg that was killed, nor by this one.
forget() {{ [ ! -e "$base" ] || as_root /usr/bin/timeout -k 5 {LIST_SECONDS} $reader /usr/bin/rm -rf "$base"; }}
if [ -n "$base" ]; then
  trap 'forget >/dev/null 2>&1' EXIT
  [ -O /proc/1 ] || stands={_STANDS}
else
  base=$(mktemp -d "${{XDG_RUNTIME_DIR:-/dev/shm}}/rounds-borg.XXXXXX" 2>/dev/null) ||
    {{ echo "failed no folder in memory for what borg notes"; return 0; }}
  trap "rm -rf '$base'" EXIT
fi
# It is taken apart as a shell would.
secret=$(printf '%s\n' "$file" | sed "s/'/'\"'\"'/g")
borg() {{
  seconds=$1; shift
  ask $seconds $reader /usr/bin/env $stands {_ALLOWED} "BORG_BASE_DIR=$base" ${{key:+"BORG_KEY_FILE=$key"}} \
    ${{file:+"BORG_PASSCOMMAND=cat '$secret'"}} "$program" --bypass-lock "$@"
}}
told_why() {{
  why=$(said '^[A-Za-z.]*\(Error\|Exception\): ' 'passcommand supplied' '^can not acquire')
  case $why in
    "Repository "*" does not exist.") echo "absent $location" ;;
    "can not acquire a passphrase"*) failed "needs a password_file" ;;
    borg.*"Error: "*) failed "${{why#*Error: }}" ;;
    *) failed "$why" ;;
  esac
}}
"""

# How large an archive is borg knows only after it has read the lists of all archives: that is not asked.
#
# archive 2026-11-20T02:00:00.000000 2026-11-20T02:00:41.000000 "web-01-2026-11-20"
_LISTS = (
    _REPOSITORY
    + r"""
archives=$(option archives "$@") || archives=
borg $list_seconds list --json '--format={end}' ${archives:+"--glob-archives=$archives"} "$location"
case $status in 0) ;; 77) return 0 ;; *) told_why; return 0 ;; esac
printf '%s\n' "$told" | awk '
  function value() { sub(/^ *"[a-z]*": /, ""); sub(/,$/, ""); return $0 }
  function time() { $0 = value(); gsub(/"/, ""); return $0 }
  /^            "end": "/ { end = time() }
  /^            "name": "/ { name = value() }
  /^            "start": "/ { print "archive", time(), end, name }'
"""
)

# A large repository cannot be read within any share of the time: of that the lists of the newest archive must do, which
# are soon looked through, and name each piece of data that must be there.
# While a backup is made, a check without the lock sees half of it: then it proves nothing if something is wrong.
_TESTS = (
    (
        _REPOSITORY
        + r"""
echo "tested $location"
case $location in /*) ;; *) echo "untestable the repository is on another machine"; return 0 ;; esac
# Whoever may write there would.
if [ -z "$by" ] && [ -w "$location" ]; then
  rm -rf "$base"
  reader="@READER@" base=@BASE@ stands=@STANDS@ by=as_root
  trap 'forget >/dev/null 2>&1' EXIT
fi
locked() { ask $list_seconds "$stat" -c %Y "$location/lock.exclusive"; [ "$status" = 0 ]; }
stat=$(command -v stat)
locked && was_locked=yes || was_locked=
[ "$status" != 77 ] || return 0
damaged() {
  if [ -n "$was_locked" ] || locked; then echo "untestable locked by a backup that is made, or was left"
  else echo "damaged borg check: $1"; fi
}
archives=$(option archives "$@") || archives=
borg $test_seconds check --archives-only --last=1 ${archives:+"--glob-archives=$archives"} "$location"
newest= words=
case $status,$told in
  0,*) newest=whole ;;
  77,*) return 0 ;;
  *"problems found"*) newest=damaged words=$(said 'problems found') ;;
esac
borg $test_seconds check --repository-only "$location"
case $status,$newest in
  0,damaged | 124,damaged) damaged "$words" ;;
  0,*) echo "whole borg check" ;;
  77,*) ;;
  124,whole) echo "whole borg check of the newest archive's lists; too large to read all data" ;;
  124,*) late "borg check" ;;
  *) case $told in
      *"rrors found"* | *"ntegrity"*)
        damaged "$(said '^Data integrity' 'ntegrityError: ' '^Index object' 'rrors found')" ;;
      *) told_why ;;
    esac ;;
esac
"""
    )
    .replace("@READER@", _READER)
    .replace("@BASE@", _BASE)
    .replace("@STANDS@", _STANDS)
)

_ARCHIVE = re.compile(r'archive (\S+) (\S+) (".*")')


def parse(lines: Sequence[str]) -> Listing:
    """The archives, as the host's awk writes them."""
    obstructions, others = told_by_lines(lines)
    return Listing(tuple(map(_copy, others)), obstructions)


def _copy(line: str) -> Copy:
    match = _ARCHIVE.fullmatch(line)
    if match is None:
        raise UnreadableOutput("an archive of borg", line)
    try:
        name = json.loads(match[3])
    except ValueError:
        raise UnreadableOutput("an archive's name", line) from None
    # Half of a character, written as \ud800, is no text.
    name = name.encode("utf-8", "backslashreplace").decode()
    return Copy(name, moment(match[2], line), moment(match[1], line))


def _as_root(location: str, options: Mapping[str, str]) -> Iterator[str]:
    is_here = location.startswith("/")
    reader, base = ([_READER], _BASE) if is_here else ([], _REMOTE_BASE)
    settings = [_STANDS, _ALLOWED, f"BORG_BASE_DIR={base}"]
    settings += [f"BORG_KEY_FILE={options['key_file']}"] if "key_file" in options else []
    if "password_file" in options:
        secret = options["password_file"].replace("'", "'\"'\"'")
        settings += [f"BORG_PASSCOMMAND=cat '{secret}'"]
    chosen = [f"--glob-archives={options['archives']}"] if "archives" in options else []
    for program in ("/usr/bin/borg", "/usr/local/bin/borg"):
        asked = (*reader, "/usr/bin/env", *settings, program, "--bypass-lock")
        yield as_root(LIST_SECONDS, *asked, "list", "--json", "--format={end}", *chosen, location)
        if is_here:
            yield as_root(TEST_SECONDS, *asked, "check", "--archives-only", "--last=1", *chosen, location)
            yield as_root(TEST_SECONDS, *asked, "check", "--repository-only", location)
    if is_here:
        yield as_root(LIST_SECONDS, "/usr/bin/stat", "-c", "%Y", f"{location}/lock.exclusive")
    yield as_root(LIST_SECONDS, *reader, "/usr/bin/rm", "-rf", base)


TOOL = Tool(
    target=Setting(Form.LOCATION, "a repository of Borg: a folder, or user@host:/path"),
    options={
        "password_file": PASSWORD_FILE,
        "key_file": Setting(Form.PATH, "the key of the repository, where it is kept in a file beside it"),
        "archives": Setting(Form.NAME, "only the archives whose names fit this pattern, such as web-01-*"),
    },
    lists=_LISTS,
    parse=parse,
    tests=_TESTS,
    as_root=lambda location, options: tuple(_as_root(location, options)),
)
