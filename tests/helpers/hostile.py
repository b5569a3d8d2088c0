"""`python tests/helpers/hostile.py DIR` loads files of weights that lie about their size or would fill the memory.

It prints by how many kB the peak of the memory in use grew. The large files are sparse: they take no room on disk.
"""

import json
import struct
import sys
from contextlib import suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from gan.checkpoint import load_snapshot, snapshot_path
from gan.classifier import load_classifier
from gan.errors import CheckpointError


def tensor(shape: list, offsets: list, dtype: str = "F32") -> bytes:
    """The header of a file with one tensor and a wrong checksum."""
    entry = {"dtype": dtype, "shape": shape, "data_offsets": offsets}
    return json.dumps({"__metadata__": {"header": '{"model": "mlp", "sha256": "0"}'}, "a": entry}).encode()


SHAPES = [2**31], [2**31, 2**31], [2**40], [2**63, 2], [2**64], [-1], [10**30], [1.5]
OFFSETS = [64, 0], [-64, 0], [0, 2**40], [2**40, 2**40 + 64], [0, 2**64]
FILES = [  # the header, its length according to the file, the number of bytes after it
    *((b"{}", length, 0) for length in (2**64 - 1, 2**63, 2**62, 10**8 + 1, 10**8, 3)),
    (b"{}" + b" " * 10**6, 10**8, 10**9),
    *((header := tensor(shape, [0, 64]), len(header), 64) for shape in SHAPES),
    *((header := tensor([16], offsets), len(header), 64) for offsets in OFFSETS),
    *(
        (header := tensor([n], [0, 64], kind), len(header), 64)
        for n, kind in ((64, "F8_E8M0"), (128, "F4"), (8, "C64"))
    ),
    # Large files with correct sizes.
    (header := tensor([2**31], [0, 2**33]), len(header), 2**33),
    (header := tensor([2**33], [0, 2**34], "F16"), len(header), 2**34),
]


def peak_memory() -> int:
    """The peak of the memory in use, in kB."""
    # Not ru_maxrss: Linux starts it at the peak of the parent process, which is larger.
    return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])


def main(folder: Path) -> None:
    path = snapshot_path(folder, 0)
    path.unlink(missing_ok=True)
    with suppress(CheckpointError):
        load_snapshot(folder, 0)  # the first call builds the models, which imports more of PyTorch
    before = peak_memory()
    for header, length, size in FILES:
        path.write_bytes(struct.pack("<Q", length) + header)
        with open(path, "r+b") as file:
            file.truncate(8 + len(header) + size)
        for load in (lambda: load_snapshot(folder, 0), lambda: load_classifier(path)):
            try:
                load()
            except CheckpointError as error:
                assert path.name in str(error) and "train.py" in str(error), error
            else:
                sys.exit(f"{header[:200]} was loaded")
    print(peak_memory() - before)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
