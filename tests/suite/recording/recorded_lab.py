"""The small lab, recorded: each time with ids of its own."""

from __future__ import annotations

import ssl
from datetime import datetime, timezone
from pathlib import Path

from fixtures.recording.tape import Recorder, StandIn, TapeOptions
from tests.suite.recording.fake_azure import FakeAzure
from tests.suite.recording.small_lab import ARM, STAGES, SUBSCRIPTION, Ids, SmallLab, prepare

AT = datetime(2024, 11, 15, 9, tzinfo=timezone.utc)
COMMAND = "pytest --emulator --record"


class Recording:
    """Records the small lab into a folder, with ids of its own."""

    def __init__(self, azure: FakeAzure, ca: tuple[str, ssl.SSLContext]) -> None:
        self._azure = azure
        self._ca = ca

    def __call__(self, directory: Path, *, recorded_at: datetime = AT, polls: int = 2) -> Ids:
        ids = Ids()
        prepare(self._azure, ids, polls=polls)
        recorder = Recorder(
            TapeOptions(directory, COMMAND),
            source="emulator",
            stand_ins=[
                StandIn(f"{self._azure.url}/_account/{ids.account}", f"https://{ids.account}.openai.azure.com"),
                StandIn(self._azure.url, ARM),
                StandIn(ids.suffix, "recorded"),
            ],
            recorded_at=recorded_at,
        )
        lab = SmallLab(self._azure.url, ids.subscription, ids.group, ids.account, ca=self._ca)
        for name in STAGES:
            with recorder.stage(name):
                lab.stage(name)
        recorder.stand_in(ids.subscription, SUBSCRIPTION)
        recorder.fact("region", "westus")
        recorder.save()
        return ids
