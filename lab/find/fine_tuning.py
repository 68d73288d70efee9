"""Steps 2.1 to 3.1 on a student's account: the training file, the base model, the job, its end and its metrics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from lab.arm import missing
from lab.azure_errors import HalfAnswer
from lab.build.account import Account
from lab.build.metrics import read_metrics
from lab.build.training import Job, TrainingSet, UploadedFile, job_from, training_set, uploaded_file
from lab.errors import Broken, InputError, StepError, Undecided, shown
from lab.find.accounts import group_of
from lab.find.deployment import Made
from lab.find.look import Look, Seen
from lab.listing import rows_of
from lab.moments import moment, seconds_of
from lab.spec import LabSpec, region_name
from lab.survey import BaseModel, ModelVersion, model_version

EPOCHS, MOST_EPOCHS = 3, 25
FEWEST_SEEN, MOST_SEEN = 100, 25_000
EXAMPLES_A_BATCH = 500
# Looked through, newest first; nobody tries the lab more often.
MOST = 100
# In bytes. The lab's own file has a few thousand; Azure takes 512 million, and many students are read side by side.
LARGEST_FILE = 10_000_000


def jobs(look: Look, account: Account) -> Seen:
    """The newest fine-tuning jobs of the account, a tuple of `Job`."""
    api = look.clients.openai(account.endpoint).fine_tuning.jobs

    def listed() -> tuple[Job, ...]:
        return tuple(job_from(body) for body in _first(api.list(limit=MOST)))

    return Seen(look.read("2.4", f"listing the fine-tuning jobs of {account.name}", listed))


def best_job(look: Look, account: Account, found: Sequence[Job], deployed: Sequence[Made] | None) -> Seen:
    """The job that is most like the lab's, a deployed one before others; raises `Broken` for step 2.4 without any."""
    if not found:
        raise Broken("2.4", f"account {account.name}: found no fine-tuning job, the lab asks for one")
    models = {one.deployment.model.lower() for one in deployed or ()}
    best = max(found, key=lambda one: (*_likeness(one, models, look.spec), one.created_at))
    return Seen(best)


def job(look: Look, account: Account, started: Job, data: TrainingSet | None) -> Seen:
    """The job with the parameters that the student gave it: those that training chose itself are left out.

    What it would choose depends on the data; where that is gone, only the learning rate tells.
    """
    chosen = chosen_parameters(data.examples) if data else {"learning_rate_multiplier": 1}
    given = {name: value for name, value in started.hyperparameters.items() if name in chosen and value != chosen[name]}
    return Seen(replace(started, hyperparameters=given), f"{account.id}/{started.id}", moment(started.created_at))


def chosen_parameters(examples: int) -> dict[str, int]:
    """What training chooses where nothing is given, and shows in the job once it has.

    OpenAI's rule: 3 epochs, but enough of them (1 to 25) for 100 examples in all, in batches of 0.2 % of the examples
    (https://cookbook.openai.com/examples/chat_finetuning_data_prep). It gives the 9 epochs of the recorded job of 11
    examples, and the 10 of the fine-tuning tutorial with its 10.
    """
    epochs = EPOCHS
    if examples * EPOCHS < FEWEST_SEEN:
        epochs = min(MOST_EPOCHS, FEWEST_SEEN // max(examples, 1))
    elif examples * EPOCHS > MOST_SEEN:
        epochs = max(1, MOST_SEEN // examples)
    return {"n_epochs": epochs, "batch_size": max(1, examples // EXAMPLES_A_BATCH), "learning_rate_multiplier": 1}


def _likeness(one: Job, deployed: set[str], spec: LabSpec) -> tuple[bool, bool, int]:
    """Trained to its end; deployed; and how much of what the lab asks for is so."""
    asked = (
        one.suffix == spec.model.suffix,
        one.model.startswith(f"{spec.model.name}-"),
        not one.validation_file,
        bool(one.result_files),
        one.status == "running",
    )
    return one.status == "succeeded", one.fine_tuned_model.lower() in deployed, sum(asked)


def trained(look: Look, account: Account, started: Job) -> Seen:
    """The job at its end; raises `Broken` for step 2.5 when it has none yet, or a bad one."""
    if started.status != "succeeded":
        said = f", {shown(started.error, 500)}" if started.error else ""
        raise Broken(
            "2.5", f"fine-tuning job {started.id}: found {started.status}{said}, the lab asks for one that succeeds"
        )
    # Not when it ended: the service changes that later (README of the recordings, Fine-tuning job).
    return Seen(started)


def metrics(look: Look, account: Account, ended: Job) -> Seen:
    """The training loss of the job; raises `Broken` for step 3.1 when its result file is gone, or holds none."""
    try:
        return Seen(read_metrics(look, account, ended))
    except StepError as error:
        if isinstance(error.__cause__, Exception) and missing(error.__cause__):
            name = ended.result_files[0]
            reason = f"result file {name}: found none of this name any more, the lab asks to look at its metrics"
            raise Broken("3.1", reason) from error
        raise


def training_file(look: Look, account: Account, started: Job | None) -> Seen:
    """The file that the job was trained on, else the newest for fine-tuning; raises `Broken` for 2.3 without any.

    A job of another file than is there is wrong itself, which step 2.4 says.
    """
    files = look.clients.openai(account.endpoint).files
    listed = look.read("2.3", f"listing the files of {account.name}", lambda: _first(files.list()))
    uploads = [one for one in listed if one.purpose != "fine-tune-results"]
    its_own = [one for one in uploads if started is not None and one.id == started.training_file]
    best = max(its_own or uploads, key=lambda one: seconds_of(_made(one)), default=None)
    if best is None:
        raise Broken("2.3", f"account {account.name}: found no training file, the lab asks for an upload")
    return Seen(uploaded_file(best), "", _made(best))


def _made(file: Any) -> datetime | None:
    """When a file was uploaded; only its name and purpose are there for certain (spec, upload_file.json)."""
    return moment(getattr(file, "created_at", None))


def training_data(look: Look, account: Account, file: UploadedFile) -> Seen:
    """What is in the training file; raises `Broken` for step 2.1 when Azure would not train on it."""
    files, name = look.clients.openai(account.endpoint).files, shown(file.filename)
    if (file.size or 0) > LARGEST_FILE:
        raise Undecided("2.1", f"{name}: found {file.size:,} bytes, more than are read here; look at it in the portal")
    content = look.read("2.1", f"reading {name}", lambda: files.content(file.id).read())
    try:
        return Seen(training_set(content, file.filename, look.spec.dataset.minimum_examples))
    except InputError as error:
        if file.size is not None and len(content) < file.size:
            raise Undecided("2.1", f"{name}: found only {len(content):,} of its {file.size:,} bytes") from error
        first = shown(error.problems[0], 500)
        listed = f"{first} (the first of several problems)" if error.problems[1:] else first
        raise Broken("2.1", f"{name}: {listed}, the lab asks for a file to train a chat model on") from error


def base_model(look: Look, account: Account, offered: Sequence[ModelVersion] | None, started: Job | None) -> Seen:
    """The version of the lab's model that counts as its default for this student.

    A job proves that the model could be tuned, whatever Azure offers today; `offered` is None where that could not be
    read. Raises `Broken` for step 2.2 when there is no job and no version that can be tuned.
    """
    name = look.spec.model.name
    default = next((one for one in offered or () if one.is_default), None)
    accepted = dict.fromkeys([*([default.version] if default else []), *look.spec.grading.default_versions])
    if started is None and offered is not None and not (default and default.can_fine_tune):
        reason = f"fine-tuning {name} in {account.location}: found no version for it, the lab asks for the default one"
        raise Broken("2.2", reason)
    used = (one for one in accepted if started is not None and started.model == f"{name}-{one}")
    version = next(iter((*used, *accepted)), "")
    return Seen(BaseModel(name, version, is_default=bool(version), region=account.location))


def offered(look: Look, account: Account) -> Seen:
    """The versions of the lab's model that accounts of this kind have in this region, a tuple of `ModelVersion`."""
    accounts, group = look.clients.cognitive.accounts, group_of(account, look.resource_group)

    def listed() -> tuple[ModelVersion, ...]:
        rows = rows_of(accounts.list_models(group, account.name))
        return tuple(model_version(row) for row in rows if row.name == look.spec.model.name)

    key = ("models", look.clients.subscription_id, account.kind.lower(), region_name(account.location))
    what = f"listing the models of account {account.name}"
    return Seen(look.known.once(key, lambda: look.read("2.2", what, listed)))


def _first(page: Any) -> list[Any]:
    """One page of a list: what an account has more of is too old to be looked at."""
    if page.data is None:
        raise HalfAnswer("found no data in a list by Azure")
    return list(page.data)
