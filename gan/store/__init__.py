"""Files that survive a crash: atomic writes, checksummed tensors, the metrics log."""
