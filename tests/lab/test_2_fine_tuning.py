"""Section 2: fine-tune the base model on the travel data."""

from __future__ import annotations

import pytest

from lab.build.training import Job, TrainingSet, UploadedFile
from lab.errors import mismatch
from lab.spec import LabSpec
from lab.survey import BaseModel


@pytest.mark.step("2.1")
def test_training_data_is_valid(training_data: TrainingSet, lab: LabSpec) -> None:
    found, minimum = training_data.examples, lab.dataset.minimum_examples
    assert found >= minimum, mismatch(f"examples in {training_data.source}", found, f"{minimum} or more")


@pytest.mark.step("2.2")
def test_default_version_can_be_fine_tuned(base_model: BaseModel, lab: LabSpec) -> None:
    assert base_model.name == lab.model.name, mismatch("base model", base_model.name, lab.model.name)
    assert base_model.is_default, mismatch(f"version of {base_model.name}", base_model.version, "the default one")


@pytest.mark.step("2.3")
def test_file_is_processed(training_file: UploadedFile) -> None:
    status = training_file.status
    assert status == "processed", mismatch(f"status of {training_file.filename}", status, "processed")
    purpose = training_file.purpose
    assert purpose == "fine-tune", mismatch(f"purpose of {training_file.filename}", purpose, "fine-tune")


@pytest.mark.step("2.3")
def test_file_is_whole(training_file: UploadedFile, training_data: TrainingSet) -> None:
    found, sent = training_file.size, training_data.size
    assert found in (sent, None), mismatch(f"bytes of {training_file.filename}", found, sent)


@pytest.mark.step("2.4")
def test_job_trains_the_default_version(job: Job, base_model: BaseModel) -> None:
    found, asked = job.model, base_model.job_name
    assert found.lower() == asked.lower(), mismatch("base model of the job", found, asked)


@pytest.mark.step("2.4")
def test_job_has_the_suffix(job: Job, lab: LabSpec) -> None:
    assert job.suffix == lab.model.suffix, mismatch("suffix of the job", job.suffix, lab.model.suffix)


@pytest.mark.step("2.4")
def test_job_has_the_training_file_alone(job: Job, training_file: UploadedFile) -> None:
    assert job.training_file == training_file.id, mismatch("training file", job.training_file, training_file.id)
    assert not job.validation_file, mismatch("validation file of the job", job.validation_file, "none")


@pytest.mark.step("2.4")
def test_job_has_default_parameters(job: Job) -> None:
    # What was not given comes back as -1, or as the learning rate's multiplier 1, until training has chosen it
    # (recording openai_create_train_and_delete_finetune.json).
    unset: tuple[object, ...] = (-1, "auto", None)
    given = {
        name: value
        for name, value in job.hyperparameters.items()
        if value not in ((*unset, 1) if name == "learning_rate_multiplier" else unset)
    }
    assert not given, mismatch("parameters of the job", given, "the defaults")


@pytest.mark.step("2.5")
def test_training_succeeds(trained: Job) -> None:
    assert trained.status == "succeeded", mismatch("status of the job", trained.status, "succeeded")
    found, suffix = trained.fine_tuned_model, trained.suffix
    named = bool(found) and found.endswith(suffix)
    assert named, mismatch("name of the tuned model", found or "none", f"one that ends in the job's suffix, {suffix}")
