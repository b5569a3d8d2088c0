"""How app.py starts: with any proxies, certificates and variables of Gradio; a wrong name or port is one line."""

import os
import socket
import subprocess
import sys
from urllib.request import ProxyHandler, build_opener

import httpx
import pytest
from helpers.raw_http import QUESTION
from helpers.serving import ROOT, ask, free_port, serving

from gan.errors import VariableError
from gan.ui.environment import (
    KEPT,
    NAME,
    PORT,
    ROOT_PATH,
    TEMP_DIR,
    check_root_path,
    check_temp_dir,
    isolate_gradio,
    requested_address,
    requested_port,
)
from gan.ui.render import draw_film


def run_app(checkpoints, **variables):
    """Run app.py until it exits by itself. Returns its only line, on stderr."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "app.py")],
        env=os.environ | {"GAN_CHECKPOINTS": str(checkpoints)} | variables,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("app.py: ")
    return line


# The port


@pytest.mark.slow
@pytest.mark.parametrize("name", [{}, {NAME: "127.0.0.1"}], ids=["no name", "a name"])
def test_a_used_port_is_one_line_that_names_it(address, checkpoints, name):
    port = address.rpartition(":")[2]
    line = run_app(checkpoints, **{PORT: port}, **name)
    assert port in line and PORT in line
    assert ask(address, "generate", QUESTION["data"]) == draw_film(checkpoints, "generate", QUESTION["data"])


def test_an_invalid_port_is_one_line_that_says_what_is_allowed(checkpoints):
    assert "1 to 65535" in run_app(checkpoints, **{PORT: "65536"})


@pytest.mark.parametrize("port", ["", "abc", "0", "-1", "65536", "9" * 400, "00000080", "\uff17\uff18"])
def test_a_port_outside_the_range_is_an_error(monkeypatch, port):
    monkeypatch.setenv(PORT, port)
    with pytest.raises(VariableError, match=PORT):
        requested_port()


@pytest.mark.parametrize("port", ["1", "7860", "65535"])
def test_a_port_in_the_range_is_taken(monkeypatch, port):
    monkeypatch.setenv(PORT, port)
    assert requested_port() == int(port)


def test_without_the_variables_gradio_chooses_the_name_and_the_port(monkeypatch):
    monkeypatch.delenv(PORT, raising=False)
    monkeypatch.delenv(NAME, raising=False)
    assert requested_address() == (None, None)


# The name


@pytest.fixture
def named(monkeypatch):
    """Ask for a name and a free port."""

    def name(text):
        monkeypatch.setenv(PORT, str(free_port()))
        monkeypatch.setenv(NAME, text)
        return requested_address()[0]

    return name


NAMES = {"127.0.0.1": "127.0.0.1", "0.0.0.0": "0.0.0.0", "localhost": "localhost"}
IPV6 = {"::": "[::]", "::1": "[::1]", "[::]": "[::]", "[::1]": "[::1]"}


@pytest.mark.parametrize(("text", "name"), NAMES.items())
def test_a_name_of_this_machine_is_taken(named, text, name):
    assert named(text) == name


@pytest.fixture
def needs_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        pytest.skip("this machine has no IPv6")


@pytest.mark.usefixtures("needs_ipv6")
@pytest.mark.parametrize(("text", "name"), IPV6.items())
def test_an_ipv6_address_is_taken_with_and_without_brackets(named, text, name):
    assert named(text) == name


@pytest.mark.parametrize("text", ["", '"0.0.0.0"', "no-such-host.invalid", "192.0.2.1", "[", "a..b", "x" * 300, "1:2"])
def test_another_name_is_an_error_that_names_the_variable_and_not_the_port(named, text):
    with pytest.raises(VariableError, match=f"^{NAME} is ") as error_info:
        named(text)
    assert PORT not in str(error_info.value)


@pytest.mark.slow
@pytest.mark.usefixtures("needs_ipv6")
@pytest.mark.parametrize("name", ["::", "[::1]"])
def test_the_page_is_served_at_an_ipv6_address(checkpoints, name):
    with serving(checkpoints, os.environ | {NAME: name}) as address:
        port = address.rpartition(":")[2]
        assert ask(f"http://[::1]:{port}", "catalogue", [])["models"].keys() == {"mlp", "dcgan"}


# The path below which a proxy serves the page


@pytest.mark.parametrize("text", ["", "/gan", "/gan/", "/a/b-c", "https://example.org/gan/", "http://localhost:80"])
def test_a_path_is_taken_without_a_slash_at_its_end(monkeypatch, text):
    monkeypatch.setenv(ROOT_PATH, text)
    check_root_path()
    assert os.environ[ROOT_PATH] == text.rstrip("/")


@pytest.mark.parametrize("text", ["gan", "//", "/a b", "'/gan'", "ftp://a/gan", "https://"])
def test_another_text_than_a_path_is_an_error_that_names_the_variable(monkeypatch, text):
    monkeypatch.setenv(ROOT_PATH, text)
    with pytest.raises(VariableError, match=ROOT_PATH):
        check_root_path()


# The folder for temporary files


def test_a_folder_for_temporary_files_that_cannot_be_made_is_one_line(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv(TEMP_DIR, str(tmp_path / "file" / "gradio"))
    with pytest.raises(VariableError, match=TEMP_DIR) as error_info:
        check_temp_dir()
    assert "\n" not in str(error_info.value) and "--out" not in str(error_info.value)


def test_without_any_folder_for_temporary_files_the_error_is_one_line(monkeypatch):
    def none():
        raise FileNotFoundError(2, "No usable temporary directory found in ['/tmp']")

    monkeypatch.delenv(TEMP_DIR, raising=False)
    monkeypatch.setattr("tempfile.gettempdir", none)
    with pytest.raises(VariableError, match="TMPDIR"):
        check_temp_dir()


def test_a_folder_for_temporary_files_is_made(tmp_path, monkeypatch):
    monkeypatch.setenv(TEMP_DIR, str(tmp_path / "new" / "gradio"))
    check_temp_dir()
    assert (tmp_path / "new" / "gradio").is_dir()


# Proxies, certificates and other variables of Gradio


DEAD = "http://127.0.0.1:9"
PROXIES = {
    "http_proxy": DEAD,
    "HTTPS_PROXY": DEAD,
    "ALL_PROXY": "socks5://127.0.0.1:9",
    "all_proxy": "socks5h://127.0.0.1:9",
    "HTTP_PROXY": "nonsense://",
    "no_proxy": "",
    "NO_PROXY": "[::1],http://,:",
    "SSL_CERT_FILE": "/no/such/file",
    "SSL_CERT_DIR": "/no/such/folder",
    "SSLKEYLOGFILE": "/no/such/folder/keys",
}
OTHERS = {
    "GRADIO_NUM_PORTS": "many",
    "GRADIO_NUM_WORKERS": "all",
    "GRADIO_DEFAULT_CONCURRENCY_LIMIT": "",
    "GRADIO_WATCH_DIRS": "/tmp",
    "GRADIO_MCP_SERVER": "True",
}


@pytest.fixture
def environment(monkeypatch):
    """An environment of this process that the test may change."""
    monkeypatch.setattr(os, "environ", dict(os.environ))
    return os.environ


@pytest.mark.parametrize("name", PROXIES)
def test_no_variable_keeps_gradio_from_asking_its_own_server(environment, name):
    for other in PROXIES:
        environment.pop(other, None)
    environment |= {"http_proxy": DEAD, name: PROXIES[name]}
    isolate_gradio()
    with httpx.Client() as client:  # Gradio makes one when it is imported
        assert not client._mounts


def test_gradio_gets_only_the_variables_that_the_page_leaves_to_the_user(environment):
    environment |= dict.fromkeys({*KEPT, *OTHERS}, "value")
    isolate_gradio()
    assert {name for name in environment if name.startswith("GRADIO_")} == KEPT


@pytest.mark.slow
@pytest.mark.parametrize("variables", [PROXIES, OTHERS], ids=["proxies", "Gradio's"])
def test_the_page_starts_and_answers_whatever_the_variables_say(checkpoints, variables):
    with serving(checkpoints, os.environ | variables) as address:
        with build_opener(ProxyHandler({})).open(address) as page:
            assert page.status == 200
        assert ask(address, "catalogue", [])["models"].keys() == {"mlp", "dcgan"}
