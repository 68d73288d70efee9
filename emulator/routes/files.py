"""Files of an account.

Recordings: openai_create_train_and_delete_finetune.json, openai_upload_bad_training_file.json.
"""

from __future__ import annotations

import uuid
from functools import partial
from typing import TYPE_CHECKING

from emulator.behaviour.examples import InvalidLineError, parse_examples
from emulator.edits import apply
from emulator.errors import DataPlaneError, data_not_found
from emulator.multipart import parse_form
from emulator.routing import Route
from emulator.state.data_plane import DataPlane, StoredFile
from emulator.timestamps import epoch
from emulator.wire import Json, Reply, Request

if TYPE_CHECKING:
    from emulator.world import World

PURPOSES = ("fine-tune", "assistants", "batch")
TRAINING = "fine-tune"
RESULTS = "fine-tune-results"
MAXIMUM_BYTES = 512_000_000
MAXIMUM_FILES = 100
NO_BODY_ON_DELETE = "2024-05-01-preview"
"""The newest api-version whose delete answered 204."""


def upload(world: World, request: Request) -> Reply:
    """201 pending, also for a file that turns out to be bad: only a later GET says so."""
    plane = world.data_plane(request["account"])
    form = parse_form(request.headers.get("content-type", ""), request.body)
    file, purpose = form.get("file"), form.get("purpose")
    if file is None or file.filename is None or purpose is None:
        raise DataPlaneError(
            400, "invalidPayload", "The form needs the fields 'purpose' and 'file', the latter with a file name."
        )
    name, kind = file.filename, purpose.content.decode("utf-8", "replace").strip()
    _check(plane, name, kind, file.content)
    stored = StoredFile(f"file-{uuid.uuid4().hex}", name, kind, file.content, world.now)
    plane.files[stored.id] = stored
    world.after(world.durations.file_processing, partial(_process, stored))
    endpoint = world.resources.find(request["account"])
    base = endpoint.properties["endpoint"] if endpoint else f"{world.settings.url}/"
    location = f"{base}openai/files/{stored.id}?api-version={request.api_version}"
    return Reply(201, document(stored), headers={"Location": location})


def get_file(world: World, request: Request) -> Reply:
    """One file, and how far its processing is."""
    return Reply(document=document(_found(world, request)))


def list_files(world: World, request: Request) -> Reply:
    """All files of the account, of one purpose if the caller asks for it.

    The spec's list has no `has_more`, so the openai package asks on `after` the last one and must get an empty page.
    """
    files = list(world.data_plane(request["account"]).files.values())
    after = request.query.get("after")
    if after is not None:
        files = files[next((number for number, file in enumerate(files, 1) if file.id == after), len(files)) :]
    wanted = request.query.get("purpose")
    return Reply(document={"data": [document(f) for f in files if wanted in (None, f.purpose)], "object": "list"})


def content(world: World, request: Request) -> Reply:
    """The bytes of a file."""
    return Reply(content=_found(world, request).content, media_type="application/octet-stream")


def delete_file(world: World, request: Request) -> Reply:
    """200 with what was deleted; 204 without a body in old api-versions."""
    stored = _found(world, request)
    del world.data_plane(request["account"]).files[stored.id]
    if request.api_version <= NO_BODY_ON_DELETE:
        return Reply(204)
    return Reply(document={"object": "file", "deleted": True, "id": stored.id})


def document(stored: StoredFile) -> Json:
    """A file as the API shows it: members that do not apply are left out."""
    details = {"status_details": stored.status_details} if stored.status_details else {}
    whole: Json = {
        **details,
        "status": stored.status,
        "bytes": len(stored.content),
        "purpose": stored.purpose,
        "filename": stored.filename,
        "id": stored.id,
        "created_at": epoch(stored.created),
        "object": "file",
    }
    edited: Json = apply(whole, stored.edits)
    return edited


def _found(world: World, request: Request) -> StoredFile:
    stored = world.data_plane(request["account"]).files.get(request["file"])
    if stored is None:
        raise data_not_found()
    return stored


def _check(plane: DataPlane, name: str, kind: str, raw: bytes) -> None:
    """Sources: issue Azure/AI-in-a-Box#46 (suffix and purpose), Azure/azure-sdk-for-java#47401 (count)."""
    if kind not in PURPOSES:
        raise DataPlaneError(400, "invalidPayload", f"The purpose '{kind}' is not one of {', '.join(PURPOSES)}.")
    if kind == TRAINING and not name.lower().endswith(".jsonl"):
        raise DataPlaneError(
            400, "invalidPayload", f"The file name '{name}' must end in .jsonl for the purpose '{kind}'."
        )
    if len(raw) > MAXIMUM_BYTES:
        raise DataPlaneError(400, "invalidPayload", f"The file has {len(raw)} bytes; {MAXIMUM_BYTES} are allowed.")
    if len([file for file in plane.files.values() if file.purpose != RESULTS]) >= MAXIMUM_FILES:
        raise DataPlaneError(
            400, "quotaExceeded", f"The account has {MAXIMUM_FILES} files, which is its limit; delete some."
        )


def _process(stored: StoredFile) -> None:
    if stored.purpose != TRAINING:
        stored.become("processed")
        return
    try:
        stored.examples = parse_examples(stored.content)
    except InvalidLineError as error:
        stored.become("error", f"Validation of jsonl file failed: {error.reason}")
    else:
        stored.become("processed")


ROUTES = (
    Route("POST", "/openai/files", upload),
    Route("GET", "/openai/files", list_files),
    Route("GET", "/openai/files/{file}", get_file),
    Route("GET", "/openai/files/{file}/content", content),
    Route("DELETE", "/openai/files/{file}", delete_file),
)
