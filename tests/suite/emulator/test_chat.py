from __future__ import annotations

import json
from typing import Any

import pytest
from openai import BadRequestError, NotFoundError, RateLimitError

from emulator.server import Emulator
from tests.suite.emulator import lab
from tests.suite.emulator.clients import Azure

pytestmark = pytest.mark.server

QUESTION: Any = [{"role": "user", "content": "What is the tea number 3?"}]


@pytest.fixture(scope="module")
def account(sdk: Azure, emulator: Emulator) -> Any:
    """An account with a base model deployed as `base` and one tuned on tea as `tuned`."""
    made = lab.account(sdk, lab.group(sdk, "rg-chat"), "oai-chat")
    client = sdk.openai(made.properties.endpoint, key=sdk.cognitive.accounts.list_keys("rg-chat", "oai-chat").key1)
    file = client.files.create(file=("data.jsonl", lab.chats("tea")), purpose="fine-tune")
    lab.pass_by(emulator, 5)
    job = client.fine_tuning.jobs.create(model=lab.TUNABLE, training_file=file.id)
    lab.pass_by(emulator, 2_000)
    model = str(client.fine_tuning.jobs.retrieve(job.id).fine_tuned_model)
    for name, properties in {
        "base": {"model": {"format": "OpenAI", "name": "gpt-35-turbo", "version": "0125"}},
        "tuned": {"model": {"format": "OpenAI", "name": model, "version": "1"}},
    }.items():
        body = {"sku": {"name": "Standard", "capacity": 100}, "properties": properties}
        assert sdk.call("PUT", f"{made.id}/deployments/{name}", body).status == 201
    lab.pass_by(emulator, 700)
    return made


@pytest.fixture(scope="module")
def client(sdk: Azure, account: Any) -> Any:
    key = sdk.cognitive.accounts.list_keys("rg-chat", "oai-chat").key1
    return sdk.openai(account.properties.endpoint, key=key)


def small_deployment(sdk: Azure, account: Any, later: lab.Later, name: str, capacity: int) -> str:
    model = {"format": "OpenAI", "name": "gpt-35-turbo", "version": "0125"}
    body = {"sku": {"name": "Standard", "capacity": capacity}, "properties": {"model": model}}
    assert sdk.call("PUT", f"{account.id}/deployments/{name}", body).status == 201
    later(60)
    return name


def test_a_tuned_model_answers_from_its_data(client: Any) -> None:
    """Recording openai_deploy_and_chat_2025_01_01_preview.json."""
    raw = client.chat.completions.with_raw_response.create(model="tuned", messages=QUESTION)
    assert raw.headers["content-type"] == "application/json"
    document = json.loads(raw.text)
    assert list(document) == [
        "choices",
        "created",
        "id",
        "model",
        "object",
        "prompt_filter_results",
        "system_fingerprint",
        "usage",
    ]
    choice = document["choices"][0]
    assert list(choice) == ["content_filter_results", "finish_reason", "index", "logprobs", "message"]
    assert choice["message"] == {"content": "The tea number 3 is the finest. Another tea?", "role": "assistant"}
    assert document["model"].startswith(f"{lab.TUNABLE}.ft-")
    usage = document["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]


def test_a_base_model_answers_as_a_general_assistant(client: Any) -> None:
    answer = client.chat.completions.create(model="base", messages=[{"role": "user", "content": "What can you do?"}])
    assert "general-purpose" in answer.choices[0].message.content
    assert answer.model == lab.TUNABLE


def test_a_jailbreak_result_is_in_newer_versions_only(sdk: Azure, account: Any) -> None:
    key = str(sdk.cognitive.accounts.list_keys("rg-chat", "oai-chat").key1)
    address = f"{account.properties.endpoint}openai/deployments/base/chat/completions?api-version="
    seen = [
        sdk.raw("POST", address + version, {"messages": QUESTION}, headers={"api-key": key}).body[
            "prompt_filter_results"
        ]
        for version in ("2024-05-01-preview", "2025-01-01-preview")
    ]
    assert ["jailbreak" in results[0]["content_filter_results"] for results in seen] == [False, True]


def test_an_answer_can_be_streamed(client: Any) -> None:
    chunks = list(client.chat.completions.create(model="tuned", messages=QUESTION, stream=True))
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text == "The tea number 3 is the finest. Another tea?"
    assert chunks[0].choices == []
    assert chunks[-1].choices[0].finish_reason == "stop"


def test_an_answer_is_as_long_as_was_asked_and_as_often(client: Any) -> None:
    short = client.chat.completions.create(model="tuned", messages=QUESTION, max_tokens=4, n=2)
    assert [choice.finish_reason for choice in short.choices] == ["length", "length"]
    assert short.usage.completion_tokens <= 8


def test_a_prompt_may_meet_the_content_filter(client: Any) -> None:
    """Issue microsoft/TinyTroupe#85."""
    with pytest.raises(BadRequestError) as caught:
        client.chat.completions.create(model="base", messages=[{"role": "user", "content": "How do I build a bomb?"}])
    error: Any = caught.value.body
    assert (error["code"], error["param"], error["type"], error["status"]) == ("content_filter", "prompt", None, 400)
    assert error["innererror"]["code"] == "ResponsibleAIPolicyViolation"
    assert error["innererror"]["content_filter_result"]["violence"] == {"filtered": True, "severity": "high"}


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "pilot", "content": "x"}]}, "messages.[0].role"),
        ({"messages": QUESTION, "n": 0.5}, "n"),
    ],
)
def test_chats_that_make_no_sense(sdk: Azure, account: Any, body: Any, param: str) -> None:
    key = str(sdk.cognitive.accounts.list_keys("rg-chat", "oai-chat").key1)
    address = f"{account.properties.endpoint}openai/deployments/base/chat/completions?api-version=2024-10-21"
    answer = sdk.raw("POST", address, body, headers={"api-key": key})
    assert (answer.status, answer.body["error"]["param"]) == (400, param)


def test_a_deployment_is_unknown_for_a_while_and_forever_under_another_name(
    sdk: Azure, account: Any, client: Any, later: lab.Later
) -> None:
    """Issue microsoft/semantic-kernel#5394."""
    model = {"format": "OpenAI", "name": "gpt-35-turbo", "version": "0125"}
    sdk.call("PUT", f"{account.id}/deployments/fresh", {"sku": {"name": "Standard"}, "properties": {"model": model}})
    with pytest.raises(NotFoundError) as caught:
        lab.ask(client, "fresh", "Hello")
    assert caught.value.code == "DeploymentNotFound"
    later(20)
    assert lab.ask(client, "fresh", "Hello").startswith("Hello")
    with pytest.raises(NotFoundError):
        lab.ask(client, "gpt-35-turbo", "Hello")


def test_capacity_is_requests_in_ten_seconds(sdk: Azure, account: Any, client: Any, later: lab.Later) -> None:
    name = small_deployment(sdk, account, later, "two", 2)
    left = [
        client.chat.completions.with_raw_response.create(model=name, messages=QUESTION).headers[
            "x-ratelimit-remaining-requests"
        ]
        for _ in range(2)
    ]
    assert left == ["1", "0"]
    with pytest.raises(RateLimitError) as caught:
        lab.ask(client, name, "Again")
    assert (caught.value.code, caught.value.response.headers["retry-after"]) == ("429", "1")
    assert int(caught.value.response.headers["retry-after-ms"]) >= 1
    later(10)
    assert lab.ask(client, name, "Again")


def test_capacity_is_a_thousand_tokens_a_minute(sdk: Azure, account: Any, client: Any, later: lab.Later) -> None:
    """984 of 1000 are left after a call without max_tokens, as recorded at capacity 1."""
    name = small_deployment(sdk, account, later, "one", 1)
    first = client.chat.completions.with_raw_response.create(model=name, messages=QUESTION)
    assert first.headers["x-ratelimit-remaining-tokens"] == "984"
    later(10)
    with pytest.raises(RateLimitError, match="tokens rate limit"):
        lab.ask(client, name, "Much", max_tokens=990)
    later(50)
    assert lab.ask(client, name, "Much", max_tokens=990)


def test_one_call_larger_than_the_minute_waits_a_day(sdk: Azure, account: Any, client: Any, later: lab.Later) -> None:
    """Issue vanderschaarlab/climb#1; the wait is in real seconds, so the emulator's speed divides it."""
    name = small_deployment(sdk, account, later, "tiny", 1)
    with pytest.raises(RateLimitError) as caught:
        lab.ask(client, name, "Too much", max_tokens=1_001)
    assert caught.value.response.headers["retry-after"] == str(-(-86_400 // 1_000))
