"""Processes by name, told from those of other people: anybody may call a process of his own anything."""

OWN_PROCESSES = r"""
own_processes() {
  own=
  for comm in $(grep -lsx "$@" /proc/[0-9]*/comm); do
    : "${own:=$(id -u)}"
    grep -qsE "^Uid:[[:blank:]](0|$own)[[:blank:]]" "${comm%comm}status" && echo "${comm%/comm}"
  done
}
"""
"""Part of a probe: `own_processes -e NAME ...` prints `/proc/PID` of each that root or the login itself has started.

It is the real user that counts: a program that is root's by its file, as su is, is started by anybody under any name.
"""
