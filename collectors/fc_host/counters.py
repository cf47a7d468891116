"""The counters below /sys/class/fc_host/HOST/statistics."""

from collections.abc import Mapping

ERRORS = ("link_failure_count", "loss_of_signal_count", "loss_of_sync_count", "invalid_crc_count", "error_frames")
"""Those of a bad cable, transceiver or port."""

COUNTED: Mapping[str, tuple[str, str]] = {
    "dumped_frames": ("dumped_frames", "Number of dumped frames"),
    "error_frames": ("error_frames", "Number of errors in frames"),
    "fcp_packet_aborts": ("fcp_packet_aborts", "Number of aborted packets"),
    "invalid_crc_count": ("invalid_crc", "Invalid Cyclic Redundancy Check count"),
    "invalid_tx_word_count": ("invalid_tx_words", "Number of invalid words transmitted by host port"),
    "link_failure_count": ("link_failure", "Number of times the host port link has failed"),
    "loss_of_signal_count": ("loss_of_signal", "Number of times signal has been lost"),
    "loss_of_sync_count": ("loss_of_sync", "Number of failures on either bit or transmission word boundaries"),
    "nos_count": ("nos", "Number Not_Operational Primitive Sequence received by host port"),
    "rx_frames": ("rx_frames", "Number of frames received"),
    "rx_words": ("rx_words", "Number of words received by host port"),
    "seconds_since_last_reset": ("seconds_since_last_reset", "Number of seconds since last host port reset"),
    "tx_frames": ("tx_frames", "Number of frames transmitted by host port"),
    "tx_words": ("tx_words", "Number of words transmitted by host port"),
}
"""What node_exporter calls them, and its help text."""
