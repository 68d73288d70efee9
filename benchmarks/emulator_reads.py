"""How many reads a second the emulator serves over TLS keep-alive, against its bare server; start-up and memory too.

`python -m benchmarks.emulator_reads [SECONDS] [REQUESTS]`: SECONDS for each of five pairs, REQUESTS for the look at
memory. Needs the load tool `wrk` (Debian and Homebrew: package wrk). Linux only, since memory is read from /proc.
"""

from __future__ import annotations

import json
import re
import shutil
import ssl
import statistics
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fixtures.emulator_process import announced

ROOT = Path(__file__).parents[1]
PAIRS = 5
CONNECTIONS = "8"


@dataclass(frozen=True)
class Server:
    """A server process, the address to read and the header that reading needs."""

    process: subprocess.Popen[str]
    url: str
    header: str = "Accept: application/json"

    def requests_a_second(self, seconds: int) -> tuple[float, int]:
        """The rate that wrk measures, and the number of requests; raises ValueError for any answer but 200."""
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-H", self.header, self.url]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        if "Non-2xx" in said or "Socket errors" in said:
            raise ValueError(said)
        return float(_number(r"Requests/sec:\s+([\d.]+)", said)), int(_number(r"(\d+) requests in", said))

    @property
    def resident_mb(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(_number(r"VmRSS:\s+(\d+)", status)) / 1024

    def stop(self) -> None:
        self.process.terminate()
        self.process.communicate()


def start_emulator() -> tuple[Server, float]:
    """A running emulator with one resource group, and the seconds until it was ready."""
    begun = time.perf_counter()
    process = _started("emulator", "--port", "0")
    exported = announced(process)
    seconds = time.perf_counter() - begun
    header = f"Authorization: Bearer {_token(exported)}"
    group = f"{exported['EMULATOR_URL']}/subscriptions/{exported['AZURE_SUBSCRIPTION_ID']}/resourcegroups/rg-read"
    server = Server(process, f"{group}?api-version=2025-04-01", header)
    _call(exported, "PUT", server.url, b'{"location":"swedencentral"}', header, "application/json")
    return server, seconds


def start_bare_server() -> Server:
    process = _started("benchmarks.bare_server")
    assert process.stdout is not None
    return Server(process, process.stdout.readline().strip())


def _started(module: str, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def _token(exported: dict[str, str]) -> str:
    form = {
        "grant_type": "client_credentials",
        "client_id": exported["AZURE_CLIENT_ID"],
        "client_secret": exported["AZURE_CLIENT_SECRET"],
        "scope": "https://management.azure.com/.default",
    }
    url = f"{exported['AZURE_AUTHORITY_HOST']}/{exported['AZURE_TENANT_ID']}/oauth2/v2.0/token"
    body = urllib.parse.urlencode(form).encode()
    answer = _call(exported, "POST", url, body, "Accept: application/json", "application/x-www-form-urlencoded")
    return str(answer["access_token"])


def _call(exported: dict[str, str], method: str, url: str, body: bytes, header: str, media_type: str) -> Any:
    name, _, value = header.partition(": ")
    request = urllib.request.Request(url, body, {name: value, "Content-Type": media_type}, method=method)
    context = ssl.create_default_context(cafile=exported["SSL_CERT_FILE"])
    with urllib.request.urlopen(request, context=context) as answer:
        return json.load(answer)


def _number(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    if found is None:
        raise ValueError(f"no {pattern!r} in: {text}")
    return found[1]


def main(seconds: int, requests: int) -> None:
    if shutil.which("wrk") is None:
        sys.exit("benchmarks.emulator_reads: found no `wrk`, expected the load tool; install the package wrk")
    emulator, start_up = start_emulator()
    bare = start_bare_server()
    try:
        pairs = [(emulator.requests_a_second(seconds)[0], bare.requests_a_second(seconds)[0]) for _ in range(PAIRS)]
        ratio = statistics.median(one / other for one, other in pairs)
        rate, base = (statistics.median(side) for side in zip(*pairs, strict=True))
        print(f"start-up: {start_up:.2f} s")
        print(f"reads: {rate:.0f} a second against {base:.0f} of the bare server: {ratio:.2f} times ({PAIRS} pairs)")
        before, served = emulator.resident_mb, 0
        while served < requests:
            served += emulator.requests_a_second(5)[1]
        print(f"memory: {before:.1f} MB before and {emulator.resident_mb:.1f} MB after {served} more requests")
    finally:
        emulator.stop()
        bare.stop()


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    main(*(given + [3, 100_000][len(given) :]))
