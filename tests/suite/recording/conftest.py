"""What the tests of recording share: the fake Azure, and a run recorded from it."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from fixtures.recording.tape import Recorder, StandIn, TapeOptions
from tests.suite.recording.fake_azure import FakeAzure
from tests.suite.recording.recorded_lab import AT, COMMAND, Recording
from tests.suite.recording.small_lab import ARM, SUBSCRIPTION, SmallLab


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="session")
def ca(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ssl.SSLContext]:
    """The CA as azure-core wants it (a file) and as openai wants it (a context)."""
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return str(path), ssl.create_default_context(cafile=str(path))


@pytest.fixture
def azure(authority: trustme.CA) -> Iterator[FakeAzure]:
    with FakeAzure(authority) as server:
        yield server


@pytest.fixture
def options(tmp_path: Path) -> TapeOptions:
    return TapeOptions(tmp_path / "cassettes", COMMAND)


@pytest.fixture
def recorder(options: TapeOptions, azure: FakeAzure) -> Recorder:
    """A recorder that knows only that the fake's address stands for Azure's."""
    return Recorder(options, source="emulator", stand_ins=[StandIn(azure.url, ARM)], recorded_at=AT)


@pytest.fixture
def record(azure: FakeAzure, ca: tuple[str, ssl.SSLContext]) -> Recording:
    return Recording(azure, ca)


@pytest.fixture
def replayed_lab() -> SmallLab:
    """The small lab as replay runs it: Azure's addresses and the stand-ins' names."""
    return SmallLab(ARM, SUBSCRIPTION, "rg-lab-recorded", "aoai-lab-recorded")
