"""How a host is asked for its kernel's clock."""

# perl knows how the kernel lays out the struct: `!` is the C type, `x!` aligns. The first number is the mode, 0:
# nothing is set. Which number the call has differs by what perl was built for; where it is not known nothing is called.
# x32 and mips have structs of their own.
#
# state 5
# 0 0 16000000 16000000 64 4 1 32768000 1795325733 159633 10000 0 0 0 0 0 0 0 0 0
#
# Else the words of busybox:
#
# == words
# -o  offset:       0 us
# -f  freq.adjust:  0 (65536 = 1ppm)
PROBE = r"""
if command -v perl >/dev/null 2>&1; then
  perl -e '
    use Config;
    my ($name) = $Config{archname} =~ /^([a-z0-9_]+)/;
    my %call = (x86_64 => 159, i386 => 124, i486 => 124, i586 => 124, i686 => 124, arm => 124, aarch64 => 171,
      riscv64 => 171, loongarch64 => 171, powerpc64le => 124, ppc64le => 124, s390x => 124);
    exit 3 if !$call{$name} || $Config{archname} =~ /x32/;
    my $timex = "\0" x 512;
    my $state = syscall($call{$name}, $timex);
    if ($state < 0) { print "== refused\n"; exit }
    my @all = unpack("I! x![l!] l!4 i! x![l!] l!8 i! x![l!] l!5 i!", $timex);
    print "state $state\n@all[1..$#all]\n"' 2>/dev/null && return
fi
for busybox in "busybox adjtimex" adjtimex; do
  answer=$($busybox </dev/null 2>/dev/null) || continue
  case $answer in *"return value"*) printf '== words\n%s\n' "$answer"; return ;; esac
done
echo "== none"
"""
