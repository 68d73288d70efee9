"""`python -m tests.suite.conformance.distil`: write down anew what the recordings prove, from `../shared`."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.suite.conformance import facts, traffic
from tests.suite.conformance.difference import STATEFUL, Cut
from tests.suite.conformance.facts import UNREAD, Fact, Facts, Upload
from tests.suite.conformance.headers import ALL_BUT_OPERATIONS, DROPPED, shapes_of
from tests.suite.conformance.placeholders import MASKED_VERSION, SOME_VERSION, Placeholders
from tests.suite.conformance.settings import Notes, Settings, read_settings
from tests.suite.conformance.shape import EMPTY, Shape, shape_of
from tests.suite.conformance.traffic import Interaction, Recording

DEFAULT_LOCATION = "swedencentral"
MULTIPART = "_multipart"
PLACES = ("location", "environment")


def distilled(path: Path, settings: Settings) -> Facts:
    """What one recording proves."""
    recording = traffic.read_recording(path, settings.stand_ins)
    notes = settings.of(recording.name)
    names = Placeholders(recording)
    urls = [names.url(at) for at in range(len(recording.interactions))]
    dates = [interaction.date for interaction in recording.interactions if interaction.date]
    return Facts(
        name=recording.name,
        source=recording.source.partition("@")[0],
        recorded=notes.recorded or (dates[0] if dates else None),
        location=_location(recording),
        interactions=tuple(_fact(recording, at, url, names, notes) for at, url in enumerate(urls)),
    )


def _fact(recording: Recording, at: int, url: str, names: Placeholders, notes: Notes) -> Fact:
    interaction = recording.interactions[at]
    headers = {name: value.replace(MASKED_VERSION, SOME_VERSION) for name, value in interaction.headers.items()}
    own = notes.calls.get(at, {})
    is_form = isinstance(interaction.sent, dict) and MULTIPART in interaction.sent
    return Fact(
        method=interaction.method,
        url=own.get("url", url),
        sent=None if is_form else own.get("sent", names.body(interaction.sent, at)),
        upload=_upload(recording, at) if is_form else None,
        status=interaction.status,
        headers=shapes_of(headers),
        body=_body(interaction),
        repeated=interaction.repeated,
        cut=_cut(interaction, at, notes),
        unproven=_unproven(recording, at, notes),
    )


def _body(interaction: Interaction) -> Shape:
    """An answer's shape. Of an answer whose body is missing although it had one, nothing is known."""
    if interaction.body is not None:
        return shape_of(interaction.body)
    had_json = "json" in interaction.headers.get("Content-Type", "")
    return UNREAD if had_json and interaction.method != "HEAD" else EMPTY


def _cut(interaction: Interaction, at: int, notes: Notes) -> Cut:
    """What was cut from an answer: of a list that is marked, elements; of anything else, members."""
    if at in notes.members_left_out:
        return Cut.ANYTHING
    if not interaction.is_cut:
        return Cut.NOTHING
    body = interaction.body
    return Cut.ELEMENTS if isinstance(body, dict) and any(name in body for name in STATEFUL) else Cut.ANYTHING


def _unproven(recording: Recording, at: int, notes: Notes) -> tuple[str, ...]:
    if notes.from_notes:
        return ALL_BUT_OPERATIONS if notes.has_all_headers else ("*",)
    project = recording.source.partition(":")[0]
    unread = [header for each in notes.unread if each.interaction == at for header in each.headers]
    return (*DROPPED.get(project, ()), *unread)


def _upload(recording: Recording, at: int) -> Upload:
    """The form of an upload. Its content is bad if a later answer says so of the file that it became."""
    interaction = recording.interactions[at]
    parts = {part.partition("=")[0].partition(" ")[0]: part for part in interaction.sent[MULTIPART]["parts"]}
    found = re.search(r"filename (.*), \d+ bytes", parts["file"])
    folder = found[1].rpartition("\\")[0] if found else ""
    file_id = _member(interaction.body, "id")
    later = [_member(i.body, "status") for i in recording.interactions[at:] if _member(i.body, "id") == file_id]
    filename = f"{'folder' if folder else ''}{folder and chr(92)}training.jsonl"
    return Upload(filename, parts["purpose"].partition("=")[2], is_good="error" not in later)


def _location(recording: Recording) -> str:
    """Where the recording's things are, by the first answer or request that says so."""
    for interaction in recording.interactions:
        region = interaction.headers.get("x-ms-region")
        for place in (region, _place(interaction.sent), _place(interaction.body)):
            if place:
                return place.replace(" ", "").lower()
    return DEFAULT_LOCATION


def _place(value: Any) -> str | None:
    if isinstance(value, Mapping):
        own = next((value[name] for name in PLACES if isinstance(value.get(name), str)), None)
        return own or next((place for inner in value.values() if (place := _place(inner))), None)
    if isinstance(value, list):
        return next((place for inner in value if (place := _place(inner))), None)
    return None


def _member(body: Any, name: str) -> Any:
    return body.get(name) if isinstance(body, dict) else None


def main() -> int:
    """Write all facts anew; 1 when there are no recordings to read."""
    paths = sorted(traffic.FOLDER.glob("*.json"))
    if not paths:
        print(f"no recordings in {traffic.FOLDER}: the facts stay as they are", file=sys.stderr)
        return 1
    settings = read_settings()
    facts.FOLDER.mkdir(exist_ok=True)
    for stale in facts.FOLDER.glob("*.json"):
        stale.unlink()
    for path in paths:
        (facts.FOLDER / path.name).write_text(facts.dumps(distilled(path, settings)), encoding="utf-8")
    print(f"{len(paths)} recordings distilled to {facts.FOLDER}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
