"""What may leave a process that looks at other people's environments: reads, and questions to a model."""

from __future__ import annotations

import pytest

from lab.find.guard import ReadOnly, WriteRefused

ARM = "https://management.azure.com/subscriptions/1/resourceGroups/rg-1"
ACCOUNT = f"{ARM}/providers/Microsoft.CognitiveServices/accounts/aoai-1"
PLANE = "https://aoai-1.openai.azure.com"
CHAT = f"{PLANE}/openai/deployments/ft-travel/chat/completions"


@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("GET", f"{ARM}?api-version=2025-04-01"),
        ("get", ARM),
        ("HEAD", ARM),
        ("GET", f"{PLANE}/openai/files/file-1/content?api-version=2024-10-21"),
        ("POST", f"{CHAT}?api-version=2024-10-21"),
        ("post", CHAT),
        ("POST", CHAT.replace("ft-travel", "My_model-1.0")),
        ("POST", CHAT.replace("/openai/", "/OpenAI/")),
        ("POST", "https://127.0.0.1:4321/_account/aoai-1/openai/deployments/ft-travel/chat/completions?api-version=1"),
    ],
)
def test_what_may_be_sent(method: str, url: str) -> None:
    ReadOnly()(method, url)


@pytest.mark.parametrize(
    "method", ["PUT", "PATCH", "DELETE", "POST", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "G ET", ""]
)
@pytest.mark.parametrize(
    "url",
    [
        ARM,
        f"{ACCOUNT}/deployments/ft-travel?api-version=2025-09-01",
        f"{PLANE}/openai/files?api-version=2024-10-21",
        f"{PLANE}/openai/fine_tuning/jobs/ftjob-1/cancel",
        f"{PLANE}/openai/deployments/ft-travel/embeddings",
    ],
)
def test_what_may_not_be_sent(method: str, url: str) -> None:
    with pytest.raises(WriteRefused):
        ReadOnly(allow_keys=True)(method, url)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_question_is_a_post(method: str) -> None:
    with pytest.raises(WriteRefused):
        ReadOnly()(method, CHAT)


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/openai/deployments/x/chat/completions/../../files", id="upwards"),
        pytest.param("/openai/deployments/../chat/completions", id="upwards-in-place-of-the-name"),
        pytest.param("/openai/deployments/%2e%2e/chat/completions", id="upwards-encoded"),
        pytest.param("/openai/deployments/x%2F..%2F..%2Ffiles/chat/completions", id="slashes-encoded"),
        pytest.param("/openai/deployments/x%5c..%5cfiles/chat/completions", id="backslashes-encoded"),
        pytest.param("/openai/deployments/x\\..\\files/chat/completions", id="backslashes"),
        pytest.param("/openai/deployments//chat/completions", id="no-name"),
        pytest.param("/openai//deployments/x/chat/completions", id="double-slash"),
        pytest.param("//openai/deployments/x/chat/completions", id="double-slash-at-first"),
        pytest.param("/openai/deployments/x/chat/completions/", id="slash-at-last"),
        pytest.param("/openai/deployments/x/y/chat/completions", id="two-names"),
        pytest.param("/openai/deployments/x;y/chat/completions", id="parameters-in-the-path"),
        pytest.param("/openai/deployments/ｘ/chat/completions", id="no-name-of-azures"),
        pytest.param("/openai/deployments/x/extensions/chat/completions", id="extensions"),
        pytest.param("/openai/files?x=/openai/deployments/x/chat/completions", id="in-the-query"),
        pytest.param("/openai/files#/openai/deployments/x/chat/completions", id="in-the-fragment"),
        pytest.param("/openai/files;/openai/deployments/x/chat/completions", id="in-parameters"),
        pytest.param("/_account/../openai/deployments/x/chat/completions", id="upwards-before-it"),
        pytest.param("/_emulator/openai/deployments/x/chat/completions", id="below-something-else"),
        pytest.param("/openai/deployments/x/chat/completionsX", id="longer"),
        pytest.param("", id="nothing"),
    ],
)
def test_nothing_else_passes_for_a_question(path: str) -> None:
    with pytest.raises(WriteRefused):
        ReadOnly(allow_keys=True)("POST", f"{PLANE}{path}")


def test_a_host_is_no_path() -> None:
    with pytest.raises(WriteRefused):
        ReadOnly()("POST", "https://openai/deployments/x/chat/completions")


KEYS = f"{ACCOUNT}/listKeys?api-version=2025-09-01"


@pytest.mark.parametrize("url", [KEYS, KEYS.lower(), KEYS.replace("rg-1", "rg-%EA%B9%80_(1)")])
def test_keys_only_where_they_are_allowed(url: str) -> None:
    ReadOnly(allow_keys=True)("POST", url)
    with pytest.raises(WriteRefused, match="expected only reads and questions here"):
        ReadOnly()("POST", url)


@pytest.mark.parametrize(
    "url",
    [
        KEYS.replace("listKeys", "regenerateKey"),
        KEYS.replace("CognitiveServices", "Storage"),
        KEYS.replace("rg-1", "rg-1/providers/Microsoft.Storage/storageAccounts/x"),
        KEYS.replace("rg-1", "rg%2Fx"),
        KEYS.replace("rg-1", ".."),
        KEYS.replace("aoai-1", ".."),
        KEYS.replace("/subscriptions/1/", "/subscriptions/1/2/"),
    ],
)
def test_no_other_keys(url: str) -> None:
    with pytest.raises(WriteRefused):
        ReadOnly(allow_keys=True)("POST", url)


def test_what_was_stopped_is_named_without_its_query() -> None:
    with pytest.raises(WriteRefused) as refused:
        ReadOnly()("DELETE", f"{ARM}?api-version=1&code=secret")
    assert str(refused.value).startswith("DELETE /subscriptions/1/resourceGroups/rg-1: found a request that is no read")
    assert "secret" not in str(refused.value)
