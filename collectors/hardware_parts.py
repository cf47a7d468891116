"""What a machine is built of: processors, memory and its modules, swap space."""

# machine x86_64
# memory_blocks 8000000 192                         size in bytes, hexadecimal, and how many are in use
# == cpuinfo
# model Intel(R) Xeon(R) Gold 6230 CPU @ 2.10GHz
# threads 80
# sockets 2
# cores 40
# == meminfo
# MemTotal:       24684084 kB
# == modules
# 16384 Unbuffered-DDR4 CPU_SrcID#0_MC#0_Chan#0_DIMM#0
# == swaps
# Filename				Type		Size		Used		Priority
# /dev/dm-1                               partition	999420		0		-2

import re

from collectors.contract import Collector, UnreadableOutput
from collectors.contract.reading import blocks, pairs, whole_number
from collectors.machine.parts import HardwareParts, MemoryModule, Swap, inventory
from collectors.mount_table import plain_name

# A machine of 256 threads tells of each of them in a page of text: they are counted there. Where the model stands, and
# under which word, differs by architecture.
PROBE = r"""
echo "machine $(uname -m)"
set -- /sys/devices/system/memory/memory[0-9]*
if [ -e "$1/state" ]; then
  used=0; { read -r block </sys/devices/system/memory/block_size_bytes; } 2>/dev/null
  for folder in "$@"; do
    state=online; { read -r state <"$folder/state"; } 2>/dev/null
    [ "$state" = offline ] || used=$((used + 1))
  done
  echo "memory_blocks $block $used"
fi
echo "== cpuinfo"
awk -F '[ \t]*:[ \t]*' '
  $1 ~ /^(processor|processor [0-9]+|cpu number)$/ { threads++ }
  $1 == "physical id" { socket = $2; if (!(socket in seen)) { seen[socket]; sockets++ } }
  $1 == "core id" && !((socket, $2) in core) { core[socket, $2]; cores++ }
  $1 ~ /^(model name|cpu model|cpu|Hardware|Model|uarch|isa|vendor_id|CPU part)$/ && !($1 in said) { said[$1] = $2 }
  END {
    n = split("model name|cpu model|cpu|Model|Hardware|uarch|isa|CPU part|vendor_id", words, "|")
    for (i = 1; i <= n; i++) if (said[words[i]] != "") { print "model", said[words[i]]; break }
    print "threads", threads + 0; print "sockets", sockets + 0; print "cores", cores + 0
  }' /proc/cpuinfo 2>/dev/null
echo "== meminfo"
{ while read -r line; do case $line in MemTotal:*) echo "$line"; break ;; esac; done </proc/meminfo; } 2>/dev/null
echo "== modules"
for folder in /sys/devices/system/edac/mc/mc*/dimm*; do
  [ -r "$folder/size" ] || continue
  megabytes=; kind=; label=
  { read -r megabytes <"$folder/size"; read -r kind <"$folder/dimm_mem_type"; read -r label <"$folder/dimm_label"; } \
    2>/dev/null
  [ "${megabytes:-0}" = 0 ] || echo "$megabytes ${kind:-unknown} ${label:-${folder##*/mc/}}"
done
echo "== swaps"
[ ! -r /proc/swaps ] || cat /proc/swaps
:
"""

_MOSTLY = 0.8  # of the machine's memory blocks the kernel leaves more than this to use; less: a container's limit


def parse(output: str) -> HardwareParts:
    """Raises `UnreadableOutput`."""
    parts = blocks(output, "cpuinfo", "meminfo", "modules", "swaps")
    head = pairs(parts[""], "machine")
    processors = pairs(parts["cpuinfo"], "threads", "sockets", "cores")
    memory, is_exact = _memory(parts["meminfo"], head.get("memory_blocks", ""))
    return HardwareParts(
        architecture=head["machine"],
        model=" ".join(processors.get("model", "").split()),
        threads=whole_number(processors["threads"]),
        cores=whole_number(processors["cores"]),
        sockets=whole_number(processors["sockets"]),
        memory_bytes=memory,
        memory_is_exact=is_exact,
        modules=tuple(_module(line) for line in parts["modules"].split("\n") if line),
        swaps=tuple(_swap(line) for line in parts["swaps"].split("\n")[1:] if line),
    )


def _memory(meminfo: str, in_blocks: str) -> tuple[int, bool]:
    match = re.fullmatch(r"MemTotal:\s*(\d+) kB", meminfo.strip(), re.ASCII)
    if match is None:
        raise UnreadableOutput("MemTotal in kB", meminfo.strip())
    left = whole_number(match[1]) * 1024
    counted = re.fullmatch(r"([0-9a-f]{1,12}) ([0-9]{1,6})", in_blocks)
    there = int(counted[1], 16) * int(counted[2]) if counted else 0
    return (there, True) if there * _MOSTLY < left <= there else (left, False)


def _module(line: str) -> MemoryModule:
    megabytes, _, rest = line.partition(" ")
    kind, _, label = rest.partition(" ")
    return MemoryModule(label.strip(), kind, whole_number(megabytes, line) * 2**20)


def _swap(line: str) -> Swap:
    words = line.split()
    if len(words) != 5:
        raise UnreadableOutput("a line of /proc/swaps", line)
    return Swap(plain_name(words[0]), words[1], whole_number(words[2], line) * 1024)


COLLECTOR = Collector(probe=PROBE, parse=parse, every_seconds=3600, inventory=inventory)
