"""Training runs: the command line, the run on disk, its lock."""
