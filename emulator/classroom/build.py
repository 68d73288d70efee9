"""Building a class: every student's environment as the lab would leave it, then what the student did otherwise.

All of it happens in the emulator's past, through the handlers that answer a client's requests. Only the account, the
job and the deployment are made directly: a student may have one where Azure would refuse another (region, quota).
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from emulator import edits
from emulator.classroom.students import ClassError, Classroom, Recipe, Student
from emulator.errors import AzureError
from emulator.routes import connections, groups, key_vault, role_assignments, storage, workspaces
from emulator.routes.account_document import account_document
from emulator.routes.deployment_request import Wanted
from emulator.routes.deployments import deployment_document
from emulator.state import tuning
from emulator.state.data_plane import DataPlane, Job, StoredFile, TunedModel
from emulator.state.deployment import Deployment
from emulator.state.resources import Resource
from emulator.wire import Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from emulator.behaviour.catalog import Model
    from emulator.edits import Edit
    from emulator.routing import Handler
    from emulator.world import World

BUILDING = timedelta(hours=6)
"""How long before the emulator's start a class began its lab."""
A_WHILE_S = 120
A_TRAINING_S = 3_600
API_VERSION = "2024-10-01"
KEY_BYTES = 16
LONGEST_NAME = 18
"""So that a key vault's name, which has `kv-` before it, keeps within 24."""
# Cognitive Services OpenAI User: what whoever grades needs on every student's account, to read and to ask.
GRADERS_ROLE = "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd"


def build(world: World, classroom: Classroom) -> None:
    """Make every student's environment, in a world whose clock stands at the time when the class began."""
    _let_the_grader_in(world)
    builders = [_Builder(world, classroom.recipe, student) for student in classroom.students]
    stages: tuple[tuple[Callable[[_Builder], None], float], ...] = (
        (_Builder.make_group, A_WHILE_S),
        (_Builder.make_hub, A_WHILE_S),
        (_Builder.make_project, A_WHILE_S),
        (_Builder.make_job, A_TRAINING_S),
        (_Builder.make_deployment, A_WHILE_S),
        (_Builder.do_otherwise, 0),
    )
    for make, seconds in stages:
        for builder in builders:
            _build_stage(builder, make)
        world.agenda.catch_up(world.now + timedelta(seconds=seconds))


def _build_stage(builder: _Builder, make: Callable[[_Builder], None]) -> None:
    try:
        make(builder)
    except AzureError as error:
        raise ClassError([f"student {builder.student.id}: {error.code}: {error.message}"]) from error


class _Builder:
    """One student's environment in the making."""

    def __init__(self, world: World, recipe: Recipe, student: Student) -> None:
        self.world = world
        self.recipe = recipe
        self.student = student
        self.group = f"{world.subscription}/resourceGroups/{student.resource_group}"
        self.name = _resource_name(student.id)
        self.account: Resource
        self.plane: DataPlane
        self.training_file: StoredFile
        self.job: Job
        self.deployment: Deployment

    def make_group(self) -> None:
        """The group and what a hub needs."""
        location = {"location": self.student.region}
        self._ask(groups.put_group, {**location, "tags": {}})
        flat = self.name.replace("-", "")
        self._ask(storage.put_account, {**location, "sku": {"name": "Standard_LRS"}}, name=f"st{flat}")
        self._ask(key_vault.put_vault, {**location, "properties": {}}, name=f"kv-{self.name}")
        self.account = self._make_account()

    def make_hub(self) -> None:
        """The hub, and its connection to the account."""
        dependencies = {
            "storageAccount": f"{self.group}/providers/{storage.TYPE}/st{self.name.replace('-', '')}",
            "keyVault": f"{self.group}/providers/{key_vault.TYPE}/kv-{self.name}",
        }
        body = {"location": self.student.region, "kind": "Hub", "properties": dependencies}
        self._ask(workspaces.put_workspace, body, name=self._hub_name)

    def make_project(self) -> None:
        """The connection and the project, and the upload of the training data."""
        connection = {
            "authType": "AAD",
            "category": "AzureOpenAI",
            "target": self.account.properties["endpoint"],
            "isSharedToAll": True,
            "metadata": {"ApiType": "Azure", "ResourceId": self.account.id},
        }
        names = {"workspace": self._hub_name, "name": self._connection_name}
        self._ask(connections.put_connection, {"properties": connection}, **names)
        hub = f"{self.group}/providers/{workspaces.TYPE}/{self._hub_name}"
        body = {"location": self.student.region, "kind": "Project", "properties": {"hubResourceId": hub}}
        self._ask(workspaces.put_workspace, body, name=self._project_name)
        self.training_file = self._make_training_file()

    def make_job(self) -> None:
        """The fine-tuning job, which will have succeeded an hour later."""
        given = {edit.path: edit.value for edit in self.student.edits("job")}
        base = self.world.catalog.find_for_training(str(given.get("model", ""))) or self._model
        suffix = given.get("suffix", self.recipe.suffix)
        self.job = Job(
            id=f"ftjob-{uuid.uuid4().hex}",
            base=base,
            training_file=self.training_file,
            created=self.world.now,
            seed=tuning.seed_of(self.training_file),
            suffix=suffix if isinstance(suffix, str) and suffix else None,
        )
        tuning.begin(self.world, self.plane, self.job)

    def make_deployment(self) -> None:
        """The deployment, of the tuned model or of the base one."""
        given = {edit.path: edit.value for edit in self.student.edits("deployment")}
        tuned = None if self.student.deploys_base else self.plane.models.get(str(self.job.tuned_model))
        capacity = given.get("sku.capacity", self.recipe.capacity)
        wanted = Wanted(
            base=self.job.base if tuned else self._model,
            tuned=tuned,
            model=_model_of(tuned, self._model),
            sku=str(given.get("sku.name", self.recipe.sku)),
            capacity=capacity if isinstance(capacity, int) else self.recipe.capacity,
            upgrade_option="NoAutoUpgrade" if tuned else "OnceNewDefaultVersionAvailable",
            content_filter=None,
        )
        deployment_id = f"{self.account.id}/deployments/{self.recipe.model}-{self.recipe.suffix}"
        document = deployment_document(self.world, deployment_id, wanted)
        self.deployment = Deployment(deployment_id, document, wanted.base, self.student.region, tuned)
        self.deployment.become("Succeeded")
        self.deployment.ready = self.world.now
        self.world.resources.add(self.deployment)

    def do_otherwise(self) -> None:
        """Change what the student did otherwise, and take away what the student did not do."""
        for kind, resource in self._resources().items():
            resource.document = edits.apply(resource.document, self.student.edits(kind))
        if self.deployment.state != "Succeeded":
            self.deployment.ready = None
        for kind, file in (("training_file", self.training_file), ("result_file", self.job.result_file)):
            if file is not None:
                _edit_file(file, self.student.edits(kind))
        self.job.edits = self.student.edits("job")
        for kind in ("deployment", "connection", "project", "hub", "account"):
            there = self._resources().get(kind)
            if there is not None and self.student.lacks(kind):
                self._take_away(there)
        if self.student.lacks("job"):
            self.plane.jobs.pop(self.job.id, None)
        for kind, file in (("training_file", self.training_file), ("result_file", self.job.result_file)):
            if file is not None and self.student.lacks(kind):
                self.plane.files.pop(file.id, None)

    @property
    def _hub_name(self) -> str:
        return f"hub-{self.name}"

    @property
    def _project_name(self) -> str:
        return f"project-{self.name}"

    @property
    def _connection_name(self) -> str:
        return f"{self.account.name}_aoai"

    @property
    def _model(self) -> Model:
        model = self.world.catalog.find(self.recipe.model)
        if model is None:
            raise ClassError([f"the emulator knows no model {self.recipe.model!r}, which the lab asks for"])
        return model

    def _ask(self, handler: Handler, body: dict[str, Any], **names: str) -> None:
        parameters = {"group": self.student.resource_group, **names}
        handler(
            self.world,
            Request("PUT", "/", {"api-version": API_VERSION}, body=json.dumps(body).encode(), parameters=parameters),
        )

    def _make_account(self) -> Resource:
        account_id = f"{self.group}/providers/Microsoft.CognitiveServices/accounts/oai-{self.name}"
        body = {"kind": "OpenAI", "sku": {"name": "S0"}, "properties": {"customSubDomainName": f"oai-{self.name}"}}
        account = Resource(account_id, account_document(self.world, account_id, self.student.region, body))
        account.become("Succeeded")
        keys = [secrets.token_hex(KEY_BYTES) for _ in range(2)]
        self.plane = self.world.data_planes[account_id.lower()] = DataPlane(account_id, keys)
        return self.world.resources.add(account)

    def _make_training_file(self) -> StoredFile:
        data = self.student.data
        file = StoredFile(
            id=f"file-{uuid.uuid4().hex}",
            filename=self.recipe.file_name,
            purpose="fine-tune",
            content=data.content,
            created=self.world.now,
            status="processed",
            examples=data.examples,
        )
        self.plane.files[file.id] = file
        return file

    def _resources(self) -> dict[str, Resource]:
        hub = f"{self.group}/providers/{workspaces.TYPE}/{self._hub_name}"
        ids = {
            "hub": hub,
            "project": f"{self.group}/providers/{workspaces.TYPE}/{self._project_name}",
            "connection": f"{hub}/connections/{self._connection_name}",
            "account": self.account.id,
            "deployment": self.deployment.id,
        }
        found = {kind: self.world.resources.find(resource_id) for kind, resource_id in ids.items()}
        return {kind: resource for kind, resource in found.items() if resource is not None}

    def _take_away(self, resource: Resource) -> None:
        self.world.resources.remove(resource)
        if resource is self.account:
            self.world.data_planes.pop(resource.id.lower(), None)


def _let_the_grader_in(world: World) -> None:
    definition = f"{world.subscription}/providers/Microsoft.Authorization/roleDefinitions/{GRADERS_ROLE}"
    body = {"properties": {"roleDefinitionId": definition, "principalId": world.directory.principal_id}}
    parameters = {"scope": world.subscription, "name": str(uuid.uuid4())}
    role_assignments.put_assignment(world, Request("PUT", "/", body=json.dumps(body).encode(), parameters=parameters))


def _resource_name(student_id: str) -> str:
    """A student's id in the letters that every resource may have; shortened ids keep apart by a hash."""
    plain = re.sub(r"[^a-z0-9]", "", student_id.lower())
    if plain == student_id.lower() and len(plain) <= LONGEST_NAME:
        return plain
    digest = hashlib.sha256(student_id.encode()).hexdigest()
    return f"{plain[: LONGEST_NAME // 2]}{digest[: LONGEST_NAME // 3]}"


def _model_of(tuned: TunedModel | None, base: Model) -> dict[str, str]:
    if tuned is not None:
        return {"format": "OpenAI", "name": tuned.name, "version": "1"}
    return {"format": "OpenAI", "name": base.name, "version": base.version}


def _edit_file(file: StoredFile, changes: tuple[Edit, ...]) -> None:
    """Have a file shown otherwise; the path `content` is its text."""
    for change in changes:
        if change.path == "content":
            file.content = str(change.value).encode()
    file.edits = tuple(change for change in changes if change.path != "content")
