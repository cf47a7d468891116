"""Names of parameters, as shell patterns and in plain."""

_LEFT_OUT = """
*/stable_secret */tcp_fastopen_key */netdev_rss_key */*secret* */*_key */*_seed */ns_last_pid */cad_pid */hostname
*/domainname */osrelease */ostype */version */hung_task_warnings */hung_task_detect_count */perf_event_max_sample_rate
*/cap_last_cap */ngroups_max */random */arch */dentry-state */inode-state */inode-nr */file-nr */aio-nr
*/nf_conntrack_count */*_available* */tcp_available_* */drop_caches */compact_memory */stat_refresh */numa_stat
*/flush */mc_forwarding */*_next_id */bootloader_*
"""
_DERIVED = """
fs.epoll.max_user_watches fs.file-max fs.inotify.max_user_watches kernel.threads-max net.ipv4.tcp_max_orphans
net.ipv4.tcp_mem net.ipv4.udp_mem vm.admin_reserve_kbytes vm.min_free_kbytes vm.user_reserve_kbytes
"""
_WORDS = """
amd_iommu apparmor audit audit_backlog_limit biosdevname cgroup_disable cgroup_enable cgroup_no_v1 clocksource console
crashkernel default_hugepagesz elevator enforcing fips hugepages hugepagesz idle init intel_idle.max_cstate
intel_iommu iommu iommu.passthrough iommu.strict ipv6.disable ipv6.disable_ipv6 isolcpus kaslr kpti l1tf lockdown lsm
maxcpus mce mds mem memory_corruption_check mitigations net.ifnames no_timer_check nohz nohz_full noibrs nokaslr
nomodeset nopti nosmt noxsave nr_cpus numa numa_balancing nvme_core.default_ps_max_latency_us nvme_core.io_timeout
nvme_core.multipath panic pci pcie_aspm preempt processor.max_cstate psi pti quiet raid rcu_nocbs ro root rootflags
rootfstype rw scsi_mod.use_blk_mq security selinux spec_store_bypass_disable spectre_v2 spectre_v2_user splash
swapaccount swiotlb systemd.unified_cgroup_hierarchy systemd.unit transparent_hugepage tsc tsx tsx_async_abort
usbcore.autosuspend vga vsyscall zswap.enabled
"""

LEFT_OUT = tuple(_LEFT_OUT.split())
"""Files under /proc/sys that are not read: secrets first, then what changes by itself, then what acts when read."""

ARE_DERIVED = frozenset(_DERIVED.split())
"""Parameters that the kernel works out from the memory it has, unless they are set."""

KNOWN_WORDS = tuple(_WORDS.split())
"""Words of the kernel's command line that are known to hold no secret."""
