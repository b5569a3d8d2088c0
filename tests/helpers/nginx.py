"""An nginx that shares requests between servers, as a host with several replicas does."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from helpers.serving import free_port

# A two-step call and a queue belong to one server. All other requests may go to any.
CONFIG = """
daemon off; pid {folder}/pid; error_log stderr; events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  upstream any {{ {servers} }}
  upstream same {{ ip_hash; {servers} }}
  server {{
    listen 127.0.0.1:{port};
    proxy_set_header Host $http_host;
    proxy_buffering off;
    add_header X-Server $upstream_addr always;
    location / {{ proxy_pass http://any; }}
    location ~ ^/gradio_api/(call|queue)/ {{ proxy_pass http://same; }}
  }}
}}
"""


@contextmanager
def balancing(addresses: list[str], folder: Path) -> Iterator[str]:
    """Yield the address of an nginx in front of servers. Its answers name the server in the header X-Server."""
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin")
    if nginx is None:
        pytest.skip("no nginx on this machine: apt-get install nginx-light")
    port = free_port()
    servers = " ".join(f"server {address.removeprefix('http://')};" for address in addresses)
    config = folder / "nginx.conf"
    config.write_text(CONFIG.format(folder=folder, port=port, servers=servers))
    with subprocess.Popen([nginx, "-e", "stderr", "-c", config]) as process:
        try:
            address = f"http://127.0.0.1:{port}"
            while process.poll() is None:
                try:
                    httpx.get(address)
                    break
                except httpx.ConnectError:
                    pass
            yield address
        finally:
            process.terminate()
