"""Data sets as uint8 tensors: IDX files (MNIST and its relatives) and folders of PNGs."""
