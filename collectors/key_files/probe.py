"""How a probe reads every account's authorized_keys, as far as the login may."""

import shlex

# Of a line with a public key what stands outside quotes: no value of `command=` or `environment=`. Whatever file is in
# the place of one, even by a link laid between look and reading, nothing else of it is told. It goes through sudoers,
# where brackets, stars, question marks and backslashes would be patterns, and blanks would part it: it has none.
PUBLIC = (
    '{q=sprintf("%c",34);b=sprintf("%c",92)(q);s=$0;t="";while(i=index(s,b))s=substr(s,1,i-1)substr(s,i+2);'
    "while(i=index(s,q)){t=(t)substr(s,1,i-1);s=substr(s,i+1);i=index(s,q);if(!i)next;s=substr(s,i+1)};"
    't=(t)s;if(t~/(ssh|ecdsa|sk)-.+AAAA/)print"="t}'
)

# One exact command for sudoers, which cannot glob: below each of these folders it looks into the `.ssh` of every home,
# and goes into nothing else. Homes elsewhere are read as the login, or said to be closed to it. What find runs has its
# whole path: sudo takes `-exec "stat -c /%f"`, one word, for the same, and that would be found where the login stands.
_FIND = (
    "find /root /home /var /var/lib /srv /opt -mindepth 2 -maxdepth 3 -type d ! -name .ssh -prune"
    " -o ( -name authorized_keys -o -name authorized_keys2 ) -exec /usr/bin/stat -c /%f:%u:%n {} ;"
    f" -type f -exec /usr/bin/awk {PUBLIC} {{}} ;"
)

COMMANDS = (_FIND, "sshd -T")

# Prints, for the shell's own processing only, for there are whole keys in it:
#   +alice:1001:/home/alice/.ssh/authorized_keys    (a file that would be alice's, and her number)
#   !bob                                       (his files could not be looked at)
#   /8180:1001:/home/alice/.ssh/authorized_keys    (mode, owner)
#   =from=,command= ssh-ed25519 AAAA... alice@laptop
KEY_FILES = r"""
expanded() {
  file=$1
  while :; do
    case $file in
      *%u*) file=${file%%%u*}$name${file#*%u} ;;
      *%h*) file=${file%%%h*}$home${file#*%h} ;;
      *) break ;;
    esac
  done
  case $file in /*) ;; *) file=${home%/}/$file ;; esac
}
is_found_by_root() {
  [ -n "$by_root" ] || return 1
  case $1 in
    /root/.ssh/authorized_keys | /root/.ssh/authorized_keys2) ;;
    */.ssh/authorized_keys | */.ssh/authorized_keys2)
      case ${1%/.ssh/*} in
        /home/*/* | /srv/*/* | /opt/*/* | /var/lib/*/*) return 1 ;;
        /home/* | /srv/* | /opt/* | /var/lib/*) ;;
        /var/*/*) return 1 ;;
        /var/*) ;;
        *) return 1 ;;
      esac ;;
    *) return 1 ;;
  esac
}
named_in_config() {
  awk 'FNR == 1 { match_block = 0 } tolower($1) == "match" { match_block = 1 }
    !match_block && tolower($1) == "authorizedkeysfile" { $1 = ""; print; exit }' "$@" 2>/dev/null
}
key_files() {
  if [ -r /etc/ssh/sshd_config ] || [ ! -e /etc/ssh/sshd_config ]; then
    patterns=$(named_in_config /etc/ssh/sshd_config.d/*.conf /etc/ssh/sshd_config)
  else
    patterns=$(as_root sshd -T 2>/dev/null | awk '$1 == "authorizedkeysfile" { $1 = ""; print } /^== denied/')
  fi
  case $patterns in "== denied"*) echo "$patterns"; patterns= ;; esac
  [ -n "$patterns" ] || patterns=".ssh/authorized_keys .ssh/authorized_keys2"
  stat=/usr/bin/stat awk=/usr/bin/awk
  [ -x "$stat" ] || stat=/bin/stat
  [ -x "$awk" ] || awk=/bin/awk
  found=$(as_root @FIND@ 2>/dev/null); by_root=$?
  case $by_root in 77 | 127) by_root= ;; esac
  while IFS=: read -r name password uid gid gecos home shell; do
    case $name in [-+#]* | "") continue ;; esac
    case $name in *[%\ ]*) echo "!odd name"; continue ;; esac
    case $home in *%*) echo "!$name"; continue ;; esac
    set -f; set -- $patterns; set +f
    for pattern in "$@"; do
      expanded "$pattern"
      echo "+$name:$uid:$file"
      is_found_by_root "$file" && continue
      if [ -f "$file" ]; then
        [ -r "$file" ] || { echo "!$name"; continue; }
        stat -L -c '/%f:%u:%n' "$file" && awk '@PUBLIC@' "$file"
      elif { [ -d "${file%/*}" ] && [ ! -x "${file%/*}" ]; } || { [ -d "$home" ] && [ ! -x "$home" ]; }; then
        echo "!$name"
      fi
    done
  done </etc/passwd
  printf '%s\n' "$found"
}
"""


def _typed(command: str) -> str:
    """A command of sudoers as the probe gives it: older systems have /bin apart, and some of the programs there."""
    return shlex.join(command.split()).replace("/usr/bin/stat", '"$stat"').replace("/usr/bin/awk", '"$awk"')


KEY_FILES = KEY_FILES.replace("@PUBLIC@", PUBLIC).replace("@FIND@", _typed(_FIND))
