"""The sh text that tests whether a file is whole: by checksum, compression, list of an archive, last line of a dump."""

# What is compressed is read once: the program on the left of the pipe tells of the compression, what is packed is
# looked at on the right. The left's exit status and both sides' words come out by descriptor 4, in lines that begin
# with their kind, since a pipeline's status is that of its last command. Nothing is written, and nothing that a copy
# holds is told.
#
# A dump tells by its first lines who wrote it, and by its last line that it was written to the end; newer versions of
# pg_dump write `\unrestrict KEY` after it. pg_restore reads its own format whole only when it makes SQL of it.
TESTS = r"""
pattern=$1
IFS=
set -- $pattern
unset IFS
[ -e "$1" ] || { printf 'absent %s\n' "$pattern"; return 0; }
all_fit "$@" || return 0
latest=$(($(date +%s) - 120))
found=$(printf '%s\0' "$@" | xargs -0 stat -c '%f %Y %s %n' 2>/dev/null |
  grep '^[48][0-9a-f]* -*[0-9]* [0-9]* /' | grep -v '\.\(md5\|sha[0-9]*\|asc\|sig\)$' |
  sort -k2,2nr | awk -v latest="$latest" 'NR == 1 && $2 > latest { print "newer " $0 } $2 <= latest && !n++')
newer=$(printf '%s\n' "$found" | sed -n 's|^newer [^/]*/|/|p') found=$(printf '%s\n' "$found" | sed '/^newer /d')
[ -n "$found" ] || { echo 'untestable the only copy is still being written'; return 0; }
file=/${found#*/} name=${found##*/} passed= stale= cut='it was not written to the end'
printf 'tested %s\n' "$file"
[ -z "$newer" ] || printf 'newer %s\n' "$newer"

# A job that began to write it anew, or removed it, while it was tested, did not damage it.
is_as_found() {
  case $found in
    "$(stat -c '%f %Y %s %n' "$file" 2>/dev/null)") ;;
    *) echo 'untestable it was changed or removed while it was tested'; exit 0 ;;
  esac
}
# ended STATUS TEST [WORDS]: goes on where nothing wrong was found, and else tells what.
ended() {
  case $1 in
    0) passed="$passed, $2" ;;
    124) echo "late $2"; exit 0 ;;
    126|127) echo "untestable $2 could not be run"; exit 0 ;;
    *) is_as_found
      printf '%s\n' "${3:-exit status $1}" | sed -n "/[^ ]/{s|^|damaged $2: |;p;q;}" | without_secrets; exit 0 ;;
  esac
}
finish() {
  [ -z "$passed" ] || { echo "whole ${passed#, }${stale:+; $stale}"; exit 0; }
  why=${1:-nothing tells a whole one of this kind from a part; a .sha256 beside it would}
  echo "untestable ${stale:-$why}"; exit 0
}
is_here() { command -v "$1" >/dev/null 2>&1; }
# told PROGRAM ARGUMENT...: its words where it fails. A reader that stops early would end the writer, and hide damage.
told() {
  said=$("$@" 2>&1 >/dev/null) || printf '%s\n' "${said:-$1 failed}" | sed 's/^/words /'
  cat >/dev/null
}
zeros_end() { [ "$(($(tail -c 512 | tr -d '\000' | wc -c)))" = 0 ] || echo "words $cut"; }
end_of() { tail -c 300 | grep -q -e "$1" || echo "words its last line is missing: $cut"; }

[ -e "$file" ] || finish 'its name holds a line break'
case $found in 4*) finish 'a folder has no check of its own' ;; esac
[ -r "$file" ] || { printf 'closed %s\n' "$file"; exit 0; }
[ -s "$file" ] || ended 1 size 'it is empty'

for kind in sha512 sha256 sha1 md5; do
  [ -f "$file.$kind" ] && [ -r "$file.$kind" ] && is_here "${kind}sum" || continue
  wanted=$(head -c 4096 "$file.$kind" | tr -c '0-9a-fA-F' '\n' | grep '^.\{32,128\}$' | sed -n 1p | tr A-F a-f)
  [ -n "$wanted" ] || continue
  sum=$(within "${kind}sum" <"$file" 2>&1); status=$?
  if [ "$status" = 0 ] && [ "${sum%% *}" != "$wanted" ]; then
    # The sum of a copy that is written anew under its old name each night comes later than the copy: the old one is of
    # another.
    [ "$file" -nt "$file.$kind" ] || ended 1 "$kind" "it is not as $name.$kind says"
    stale="$name.$kind is older than the copy"
    break
  fi
  ended "$status" "$kind" "$sum"
  break
done

magic=$(head -c 6 "$file" | od -An -tx1 | tr -d ' \n')
pack= inner= last=
case $name,$magic in
  *.gz,*|*.tgz,*|*,1f8b*) pack=gzip ;;
  *.xz,*|*.txz,*|*,fd377a585a00) pack=xz ;;
  *.zst,*|*.tzst,*|*,28b52ffd*) pack=zstd ;;
  *.bz2,*|*.tbz,*|*.tbz2,*|*,425a68*) pack=bzip2 ;;
  *.lz4,*|*,04224d18*) pack=lz4 ;;
  *.zip,*|*,504b0304*)
    # That of busybox finds nothing wrong with half a file.
    case $(unzip -v 2>/dev/null) in *Info-ZIP*) ;; *) finish 'unzip of Info-ZIP is not installed' ;; esac
    said=$(within unzip -tqq -P '' "$file" 2>&1); status=$?
    case $status in 0|1) ended 0 unzip ;; 81|82) finish 'it is encrypted' ;; esac
    case $status in 0|1) ;; *) ended "$status" unzip "$(printf '%s\n' "$said" | sed '/^\[.*]$/d')" ;; esac
    finish ;;
esac
[ -z "$pack" ] || is_here "$pack" || finish "$pack is not installed"
unpacked() { if [ -n "$pack" ]; then within "$pack" -dc; else within cat; fi; }

first=$(unpacked <"$file" 2>/dev/null | head -c 1000 | tr -d '\000')
case $first in
  PGDMP*) inner=pg_restore ;;
  *'-- PostgreSQL database dump'*) last='^-- PostgreSQL database dump complete' ;;
  *'-- PostgreSQL database cluster dump'*) last='^-- PostgreSQL database cluster dump complete' ;;
  *'-- MySQL dump'*|*'-- MariaDB dump'*) last='^-- Dump completed' ;;
esac
[ -z "$last" ] || inner='dump trailer'
case $name in *.tar|*.tar.*|*.tgz|*.txz|*.tzst|*.tbz|*.tbz2) inner=tar ;; esac
[ "$(unpacked <"$file" 2>/dev/null | head -c 262 | tail -c 5 | tr -d '\000')" = ustar ] && inner=tar
case $inner in tar|pg_restore) is_here "$inner" || inner= ;; esac
[ -n "$pack$inner" ] || case $first in PGDMP*) finish 'pg_restore is not installed' ;; *) finish ;; esac
look() {
  case $inner in
    # tar does not mind where an archive ends between two files; a whole one ends with blocks of zeros.
    # Where the shell's pipes are sockets, as those of ksh are, nothing goes the second way, and the list alone tells.
    tar) { tee /dev/fd/5 2>/dev/null | told tar -tf - >&4; } 5>&1 | zeros_end ;;
    pg_restore) told pg_restore -f /dev/null ;;
    'dump trailer') end_of "$last" ;;
    *) cat >/dev/null ;;
  esac
}

if [ -z "$pack" ] && [ -n "$last" ]; then
  # A plain dump's end is read alone, however long it is.
  all=$(end_of "$last" <"$file")
else
  all=$( { { unpacked <"$file" 2>&4; echo "status $?" >&4; } | look >&4; } 4>&1 )
  status=$(printf '%s\n' "$all" | sed -n 's/^status //p')
  [ -z "$pack" ] && [ "$status" = 0 ] ||
    ended "${status:-1}" "${pack:-reading}" "$(printf '%s\n' "$all" | sed '/^words /d;/^status /d')"
fi
words=$(printf '%s\n' "$all" | sed -n 's/^words //p')
[ -z "$inner" ] || { [ -z "$words" ] && ended 0 "$inner"; } || ended 1 "$inner" "$words"
finish
"""
