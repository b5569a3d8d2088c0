"""The variables of the environment that decide whether the page can start.

Gradio reads most of them when it is imported, and fails with a traceback. So these functions come first.
"""

import errno
import os
import re
import socket
import tempfile
from pathlib import Path

from gan.errors import DiskError, VariableError
from gan.store.files import disk_errors, make_dir

NAME = "GRADIO_SERVER_NAME"
PORT = "GRADIO_SERVER_PORT"
TEMP_DIR = "GRADIO_TEMP_DIR"
MAX_PORT = 65535
ROOT_PATH = "GRADIO_ROOT_PATH"
PATH = re.compile(r"(https?://[\w.-]+(:\d{1,5})?)?(/[\w.~-]+)*/?", re.ASCII)
LOCAL = "127.0.0.1"  # Gradio's default name
# Gradio's variables that this page leaves to the user. It decides the rest itself.
KEPT = {TEMP_DIR, ROOT_PATH, "GRADIO_SHARE", "GRADIO_SHARE_SERVER_ADDRESS"}


def requested_address() -> tuple[str | None, int | None]:
    """The name and the port to serve at, from GRADIO_SERVER_NAME and GRADIO_SERVER_PORT; None where one is not set.

    Raises VariableError if a server cannot listen there. An IPv6 address is returned in brackets.
    """
    port = requested_port()
    return requested_name(port), port


def requested_port() -> int | None:
    """The port in GRADIO_SERVER_PORT, 1..MAX_PORT, or None if it is not set. Raises VariableError."""
    text = os.environ.get(PORT)
    if text is None:
        return None
    if text.isascii() and text.isdecimal() and len(text) <= 5 and 1 <= int(text) <= MAX_PORT:
        return int(text)
    raise VariableError(f"{PORT} is {text[:40]!r}. Set it to a number from 1 to {MAX_PORT}, or unset it")


def requested_name(port: int | None) -> str | None:
    """The name or address in GRADIO_SERVER_NAME, or None if it is not set. Raises as `requested_address` does."""
    chosen = os.environ.get(NAME)
    text = LOCAL if chosen is None else chosen
    name = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    try:
        # "." is no name. getaddrinfo takes an empty one for this machine.
        family, kind, *_, address = min(socket.getaddrinfo(name or ".", port or 0, type=socket.SOCK_STREAM))
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except (OSError, UnicodeError) as error:
        if getattr(error, "errno", None) in (errno.EADDRINUSE, errno.EACCES):
            raise VariableError(f"port {port} is taken or not allowed. Set {PORT} to another") from error
        raise VariableError(
            f"{NAME} is {text[:80]!r}, which is not a name or an address of this machine. "
            "Set it to 127.0.0.1 to serve this machine only, to 0.0.0.0 to serve others too, or unset it"
        ) from error
    if chosen is None:
        return None
    return f"[{address[0]}]" if family == socket.AF_INET6 else name


def check_root_path() -> None:
    """Raise VariableError unless GRADIO_ROOT_PATH is a path or an address. Drop a slash at its end: Gradio keeps it."""
    text = os.environ.get(ROOT_PATH)
    if text is None:
        return
    if not PATH.fullmatch(text):
        raise VariableError(f"{ROOT_PATH} is {text[:80]!r}. Set it to a path like /gan, or unset it")
    os.environ[ROOT_PATH] = text.rstrip("/")


def check_temp_dir() -> None:
    """Raise VariableError unless Gradio can write to its folder for temporary files. Makes the folder."""
    try:
        folder = Path(os.environ.get(TEMP_DIR) or Path(tempfile.gettempdir(), "gradio"))
        make_dir(folder)
        with disk_errors(f"write into {folder}"):
            tempfile.TemporaryFile(dir=folder).close()
    except (DiskError, FileNotFoundError) as error:  # FileNotFoundError: no folder at all for temporary files
        raise VariableError(
            f"the page needs a folder for temporary files: {str(error).partition('. ')[0]}. "
            f"Set {TEMP_DIR}, or TMPDIR, to a folder that this program may write to"
        ) from error


def isolate_gradio() -> None:
    """Take from Gradio the variables that the page does not need. When it starts, it asks only its own server.

    A proxy, a missing file of certificates or a wrong value would end it with a traceback. Call this after the last
    download and before Gradio is imported.
    """
    os.environ["no_proxy"] = "*"  # in lower case, which overrides NO_PROXY
    unwanted = {"SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE"}
    unwanted |= {name for name in os.environ if name.startswith("GRADIO_")} - KEPT
    for name in unwanted & os.environ.keys():
        del os.environ[name]
