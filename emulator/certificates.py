"""A throw-away certificate authority for one run; its files are gone when the run ends."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import trustme

HOSTS = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Certificates:
    """Paths of PEM files: the authority to trust, and the server's key with its chain."""

    ca_file: Path
    server_file: Path


class TemporaryCertificates:
    """Makes an authority and a server certificate in a folder of their own; removes it on exit."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="azure-emulator-")

    def __enter__(self) -> Certificates:
        folder = Path(self._folder.name)
        authority = trustme.CA(organization_name="Azure emulator")
        certificate = authority.issue_cert(*HOSTS)
        files = Certificates(folder / "ca.pem", folder / "server.pem")
        authority.cert_pem.write_to_path(files.ca_file)
        certificate.private_key_and_cert_chain_pem.write_to_path(files.server_file)
        files.server_file.chmod(0o600)
        return files

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._folder.cleanup()
