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
def test_file_is_processed(training_file: UploadedFile, training_data: TrainingSet) -> None:
    status = training_file.status
    assert status == "processed", mismatch(f"status of {training_file.filename}", status, "processed")
    purpose = training_file.purpose
    assert purpose == "fine-tune", mismatch(f"purpose of {training_file.filename}", purpose, "fine-tune")
    sent = len(training_data.content)
    assert training_file.size == sent, mismatch(f"bytes of {training_file.filename}", training_file.size, sent)


@pytest.mark.step("2.4")
def test_job_trains_the_default_version(job: Job, base_model: BaseModel) -> None:
    assert job.model == base_model.job_name, mismatch("base model of the job", job.model, base_model.job_name)


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
    given = {name: value for name, value in job.hyperparameters.items() if value not in (-1, 1, 1.0, "auto", None)}
    assert not given, mismatch("parameters of the job", given, "the defaults")


@pytest.mark.step("2.5")
def test_training_succeeds(trained: Job, lab: LabSpec) -> None:
    assert trained.status == "succeeded", mismatch("status of the job", trained.status, "succeeded")
    named = trained.fine_tuned_model.endswith(f"-{lab.model.suffix}")
    assert named, mismatch("name of the tuned model", trained.fine_tuned_model, f"one that ends in -{lab.model.suffix}")
