"""The command line: how the emulator starts, what it prints, how it stops."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
DEADLINE_S = 15

pytestmark = pytest.mark.server


def start(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "emulator", *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def announced(process: subprocess.Popen[str]) -> list[str]:
    lines: list[str] = []
    assert process.stdout is not None
    for line in process.stdout:
        lines.append(line.rstrip("\n"))
        if lines[-1] == "ready":
            break
    return lines


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT], ids=lambda how: how.name)
def test_it_says_how_to_reach_it_and_stops_cleanly(how: signal.Signals) -> None:
    with start("--port", "0") as process:
        lines = announced(process)
        exported = dict(re.findall(r"^export (\w+)=(\S+)$", "\n".join(lines), re.MULTILINE))
        assert lines[0].endswith(exported["AZURE_AUTHORITY_HOST"])
        assert {"AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "AZURE_SUBSCRIPTION_ID"} <= exported.keys()
        assert exported["REQUESTS_CA_BUNDLE"] == exported["SSL_CERT_FILE"]
        (register,) = (line.split() for line in lines if line.startswith("# az cloud register"))
        assert register[register.index("--endpoint-active-directory") + 1] == exported["AZURE_AUTHORITY_HOST"]
        ca_file = Path(exported["SSL_CERT_FILE"])
        assert ca_file.is_file()
        process.send_signal(how)
        _, errors = process.communicate(timeout=DEADLINE_S)
    assert (process.returncode, errors) == (0, "")
    assert not ca_file.parent.exists()


def test_it_ends_with_the_process_that_holds_its_standard_input() -> None:
    with start("--exit-with-stdin") as process:
        assert announced(process)[-1] == "ready"
        process.communicate(timeout=DEADLINE_S)
    assert process.returncode == 0


def test_a_port_in_use_is_one_clear_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with start("--port", port) as process:
            said, errors = process.communicate(timeout=DEADLINE_S)
    assert (process.returncode, said) == (4, "")
    assert errors.count("\n") == 1
    assert f"127.0.0.1:{port}" in errors


def test_options_that_cannot_be_used_start_nothing() -> None:
    with start("--speed", "0", "--start", "soon") as process:
        said, errors = process.communicate(timeout=DEADLINE_S)
    assert (process.returncode, said) == (4, "")
    assert [line.split(":")[1].split()[0] for line in errors.splitlines()] == ["--start", "--speed"]
