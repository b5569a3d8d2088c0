"""Data sets as uint8 images: IDX files (MNIST and its relatives), folders of images, and sprites of real digits."""
