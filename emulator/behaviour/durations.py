"""How long Azure usually takes, in seconds. Each number says where it was seen."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Durations:
    """Azure's usual durations and Retry-After values, in seconds of the emulator's time."""

    # storage_account_create_delete.json: 202 at 03:11:08, done at :25.
    storage_create: float = 17
    storage_retry_after: float = 17
    # keyvault_create_update_delete.json: RegisteringDns from 07:03:56 to 07:04:15.
    vault_create: float = 19
    # keyvault_softdelete_recover_purge.json: createdDateTime to lastActionDateTime.
    vault_purge: float = 3
    # ml_hub_and_project.json: the hub alone took 33 s, the project was there within 40 s.
    hub_create: float = 35
    project_create: float = 20
    # ml_workspace_put.json: a plain workspace was done by the first poll, 31 s later.
    workspace_create: float = 20
    workspace_update: float = 5
    # ml_hub_and_project.json: InProgress at 14:46:07, Succeeded at :38.
    workspace_delete: float = 31
    # cogsvc_openai_account_and_deployment.json: 1 s in 2025; cogsvc_account_models.json: 41 s in 2023.
    account_create: float = 2
    # azure-cli test_cognitiveservices_softdelete.yaml: startTime to endTime.
    account_purge: float = 1
    # resource_group.json: 202 at 08:44:48, 200 at 08:46:05.
    group_delete: float = 75
    group_retry_after: float = 15
    # docs, recover-purge-resources: a deleted account can be had back for 48 hours.
    account_retention: float = 48 * 3600
    # openai_create_train_and_delete_finetune.json: pending at upload, processed at the first poll, 5 s later.
    file_processing: float = 4
    # openai_finetune_events.json, counted from the job's creation.
    job_started: float = 19
    job_results_created: float = 1_260
    job_postprocessing: float = 7
    job_completed: float = 9
    # openai_create_train_and_delete_finetune.json: running at the poll after a minute, finished_at 1954 s after
    # created_at.
    job_running: float = 60
    job_training_started: float = 62
    job_succeeded: float = 1_954
    # openai_finetune_events.json: estimated_finish less created_at.
    job_estimate: float = 1_680
    # openai_deploy_and_chat_2024_05_01_preview.json: 22:55:11 to 23:05:47; in January 2025 it was 12 min.
    tuned_deployment: float = 660
    # By design, from the words of DeploymentNotFound (microsoft/semantic-kernel#5394): it may last up to five minutes.
    deployment_unknown: float = 20
    # By design: reports say seconds to minutes (MicrosoftDocs/azure-docs#114370).
    role_propagation: float = 60
    # By design: ml_hub_and_project.json shows a deployment's operations some seconds after its PUT.
    template_start: float = 1
    # By design: how often a deployment looks whether its resources are made.
    template_poll: float = 5
    # By design: no recording goes from Registering to Registered.
    provider_registration: float = 60
