"""What is read of a long journal: each line of late, and of what is older the ends of each kind."""

ENDS = r"""
  !/^[0-9]/ || $1 > hour { print; next }
  {
    kind = $0; sub(/^[^ ]+ [^ ]+ /, "", kind); gsub(/[0-9]+/, "#", kind)
    if (kind in first) first[kind] = $0; else { print; first[kind] = "" }
  }
  END { for (kind in first) if (first[kind] != "") print first[kind] }
"""
"""For awk: the journal, newest first, since the time `hour`; of what is older the newest and the oldest of a kind."""
