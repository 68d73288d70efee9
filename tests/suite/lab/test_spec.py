"""The lab's specification is read strictly, and the one in `data/` is right."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, asdict, dataclass
from pathlib import Path

import pytest

from lab.errors import InputError
from lab.spec import STEP_IDS, LabSpec
from lab.spec_file import load_spec

LAB = Path(__file__).resolve().parents[3] / "data" / "lab.toml"


@pytest.fixture(scope="module")
def spec() -> LabSpec:
    return load_spec(LAB)


@dataclass(frozen=True)
class Mistake:
    """An edit of the lab's file and a part of the problem that it must cause."""

    name: str
    old: str
    new: str
    problem: str


MISTAKES = (
    Mistake("version", "version = 1", "version = 2", "version: found 2, expected 1"),
    Mistake(
        "unknown-key", 'suffix = "ft-travel"', 'sufix = "ft-travel"', "[model] sufix: unknown key; did you mean suffix?"
    ),
    Mistake("missing-key", 'suffix = "ft-travel"', "", "[model] suffix: missing, expected a text in quotes"),
    Mistake("unknown-table", "[chat]", "[chats]\n[chat]", "chats: unknown key; did you mean chat?"),
    Mistake("missing-table", "[waits]", "[chat.waits]", "waits: missing, expected a table [waits]"),
    Mistake(
        "text-not-number",
        "capacity = 5",
        'capacity = "5K"',
        "[deployment] capacity: found '5K', expected a whole number",
    ),
    Mistake(
        "true-not-number",
        "capacity = 5",
        "capacity = true",
        "[deployment] capacity: found True, expected a whole number",
    ),
    Mistake(
        "zero", "capacity = 5", "capacity = 0", "[deployment] capacity: found 0, expected a whole number of 1 or more"
    ),
    Mistake(
        "more-than-all", "least_fall = 0.1", "least_fall = 1.5", "[metrics] least_fall: found 1.5, expected a share"
    ),
    Mistake("endless", "job_s = 60", "job_s = inf", "[waits] job_s: found inf, expected a number above 0"),
    Mistake("not-a-number", "job_s = 60", "job_s = nan", "[waits] job_s: found nan, expected a number above 0"),
    Mistake("blank-text", 'name = "gpt-35-turbo"', 'name = " "', "[model] name: the text is empty"),
    Mistake("blank-in-list", '"Microsoft.Default", ', '"", ', "[deployment] content_filters: found '' in the list"),
    Mistake(
        "not-a-list",
        '["Microsoft.Default", "Microsoft.DefaultV2"]',
        '"any"',
        "content_filters: found 'any', expected a list",
    ),
    Mistake(
        "not-only-tables", "regions = [", "regions = [ 3,", "[lab] regions: found 3 in the list, expected only tables"
    ),
    Mistake("tables-not-table", "[chat]", "[[chat]]", "expected a table [chat]"),
    Mistake(
        "broken-address", "https://raw.githubusercontent.com", "https://[raw", "[dataset] url: found 'https://[raw"
    ),
    Mistake("no-korean", 'title_ko = "허브"\n', "", "[[step]] 1.3 title_ko: missing"),
    Mistake("not-https", "https://raw.", "http://raw.", "[dataset] url: found 'http://raw."),
    Mistake("no-host", "https://raw.githubusercontent.com/", "https:///", "[dataset] url: found 'https:///"),
    Mistake("not-jsonl", 'file = "travel-finetune.jsonl"', 'file = "travel.txt"', "[dataset] file: found 'travel.txt'"),
    Mistake("bad-digest", "sha256 = []", 'sha256 = ["abc"]', "[dataset] sha256: found 'abc', expected 64 digits"),
    Mistake(
        "date-in-quotes", "date = 2026-08-11", 'date = "2026-08-11"', "[prices] date: found '2026-08-11', expected a"
    ),
    Mistake("time-not-date", "date = 2026-08-11", "date = 2026-08-11T00:00:00Z", "[prices] date: found datetime"),
    Mistake(
        "free", "hosting = 1.87", "hosting = 0", "[[prices.model]] gpt-35-turbo hosting: found 0, expected a number"
    ),
    Mistake("no-word", 'retires_ko = "사용 중지"\n', "", "[preflight.words] retires_ko: missing"),
    Mistake(
        "wrong-name-in-word",
        'usually = "usually {time}"',
        'usually = "usually {tine}"',
        "[words] usually: found the names {tine}, expected the names {time}",
    ),
    Mistake(
        "no-name-in-korean-word",
        'swept_ko = "{group}: ',
        'swept_ko = "',
        "[words] swept_ko: found no name in braces, expected the names {group}",
    ),
    Mistake("lone-brace", 'works = "works"', 'works = "works}"', "[words] works: found 'works}', expected every brace"),
    Mistake(
        "provider-of-no-step",
        'name = "Microsoft.KeyVault"\nstep = "1.3"',
        'name = "Microsoft.KeyVault"\nstep = "9.9"',
        "[[preflight.provider]] Microsoft.KeyVault: the lab has no step 9.9",
    ),
    Mistake("even-asks", "asks = 3", "asks = 4", "[chat] asks: found 4, expected an odd number"),
    Mistake("unknown-step", 'id = "2.5"', 'id = "2.6"', "[[step]] 2.6: the lab has no step of this id"),
    Mistake("missing-step", 'id = "2.5"', 'id = "2.6"', "[[step]] 2.5: the step is missing"),
    Mistake("same-step-twice", 'id = "2.5"', 'id = "2.4"', "[[step]] 2.4: found 2 times, expected once"),
    Mistake("missing-section", "id = 5\n", "id = 6\n", "[[section]] 5: the section is missing"),
    Mistake("prompt-of-no-step", 'step = "4.3"', 'step = "4.9"', "[[prompt]] 4.9: found a step that asks no question"),
    Mistake("missing-prompt", 'step = "4.3"', 'step = "4.9"', "[[prompt]] 4.3: the prompt is missing"),
    Mistake("same-region-twice", '"eastus2"', '"swedencentral"', "[[region]] swedencentral: found 2 times"),
    Mistake("region-title-as-name", '"eastus2"', '"East US 2"', "[[lab.regions]] East US 2 name: found 'East US 2'"),
    Mistake(
        "points",
        "points = 12",
        "points = 11",
        "[rubric] total: found 100, but the points of the marked steps add up to 99",
    ),
    Mistake("negative-points", "points = 12", "points = -1", "points: found -1, expected a whole number of 0 or more"),
    Mistake("unmarked-points", "points = 12", "marked = false\npoints = 12", "add up to 88"),
    Mistake("marked-as-text", "\nmarked = false", '\nmarked = "no"', "marked: found 'no', expected true or false"),
    Mistake(
        "deadline-too-soon",
        "deadline_s = 10800",
        "deadline_s = 60",
        "[[step]] 2.5 deadline_s: found 60, expected no less",
    ),
)


def test_the_labs_own_file_is_right(spec: LabSpec) -> None:
    assert tuple(step.id for step in spec.steps) == STEP_IDS
    assert sum(step.points for step in spec.steps if step.marked) == spec.total == 100
    assert [region.name for region in spec.regions] == [
        "eastus2",
        "northcentralus",
        "swedencentral",
        "switzerlandnorth",
    ]
    assert (spec.model.name, spec.model.suffix) == ("gpt-35-turbo", "ft-travel")
    assert (spec.deployment.sku, spec.deployment.capacity) == ("Standard", 5)
    assert spec.dataset.url.endswith(spec.dataset.file)


def test_clean_up_is_not_marked_unless_an_instructor_says_so(spec: LabSpec) -> None:
    assert [step.id for step in spec.steps if not step.marked] == ["5.1", "5.2"]


def test_all_questions_of_a_run_fit_into_a_minute_of_the_deployments_tokens(spec: LabSpec) -> None:
    questions = 1 + len(spec.prompts) * spec.chat.asks
    assert questions * spec.chat.max_tokens < spec.deployment.capacity * 1000


def test_a_step_is_found_by_its_id_with_its_texts_in_both_languages(spec: LabSpec) -> None:
    step = spec.step("1.6")
    assert (step.title.in_language("en"), step.title.in_language("ko")) == ("Project", "프로젝트")
    assert spec.section(step.section).title.in_language("en") == "Create an AI hub and project"
    with pytest.raises(KeyError):
        spec.step("9.9")


def test_every_korean_text_is_korean_and_every_korean_hint_is_a_polite_sentence(spec: LabSpec) -> None:
    for step in spec.steps:
        assert any("가" <= character <= "힣" for character in step.title.ko), step.id
        assert all(part.rstrip().endswith("다") for part in step.hint.ko.rstrip(".").split(". ")), step.id


def test_every_word_of_a_run_is_korean_in_korean(spec: LabSpec) -> None:
    said = {**asdict(spec.words.ko), **{name: text["ko"] for name, text in asdict(spec.preflight.words).items()}}
    plain = [name for name, text in said.items() if not any("가" <= character <= "힣" for character in text)]
    assert plain == []


def test_a_prompt_is_found_by_the_step_that_asks_it(spec: LabSpec) -> None:
    assert spec.prompt("4.2").text == "What can you do?"
    with pytest.raises(KeyError):
        spec.prompt("4.1")


@pytest.mark.parametrize("spelling", ["swedencentral", "SwedenCentral", "Sweden Central"])
def test_a_region_is_found_in_every_spelling_that_azure_answers_with(spec: LabSpec, spelling: str) -> None:
    region = spec.region(spelling)
    assert region is not None
    assert region.name == "swedencentral"


def test_a_region_that_the_lab_does_not_list_is_none(spec: LabSpec) -> None:
    assert spec.region("westeurope") is None


def test_a_specification_cannot_be_changed(spec: LabSpec) -> None:
    with pytest.raises(FrozenInstanceError):
        spec.total = 1  # type: ignore[misc]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_a_mistake_is_named(mistake: Mistake, tmp_path: Path) -> None:
    text = LAB.read_text(encoding="utf-8")
    assert mistake.old in text
    path = tmp_path / "lab.toml"
    path.write_text(text.replace(mistake.old, mistake.new, 1), encoding="utf-8")
    with pytest.raises(InputError) as refusal:
        load_spec(path)
    assert refusal.value.source == str(path)
    assert any(mistake.problem in problem for problem in refusal.value.problems), refusal.value


def test_all_mistakes_are_listed_together(tmp_path: Path) -> None:
    text = LAB.read_text(encoding="utf-8").replace("asks = 3", "asks = 2").replace("https://raw.", "ftp://raw.")
    path = tmp_path / "lab.toml"
    path.write_text(text.replace("total = 100", "total = 90").replace('sku = "Standard"', "sku = 1"), encoding="utf-8")
    with pytest.raises(InputError) as refusal:
        load_spec(path)
    assert len(refusal.value.problems) == 4
    assert all(
        word in str(refusal.value) for word in ("[chat] asks", "[dataset] url", "[rubric] total", "[deployment] sku")
    )


def test_an_empty_file_is_told_every_table_that_it_lacks_and_none_of_their_keys(tmp_path: Path) -> None:
    path = tmp_path / "lab.toml"
    path.write_text("", encoding="utf-8")
    with pytest.raises(InputError) as refusal:
        load_spec(path)
    assert "model: missing, expected a table [model]" in refusal.value.problems
    assert not any(problem.startswith("[model]") for problem in refusal.value.problems)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"version = ", "not valid TOML"),
        (b"version = 1\nversion = 1\n[lab]", "line 2"),
        (b"\xff\xfe", "byte 1 is not UTF-8"),
        (None, "No such file"),
    ],
    ids=["syntax", "twice", "encoding", "absent"],
)
def test_a_file_that_is_not_toml_is_refused(content: bytes | None, problem: str, tmp_path: Path) -> None:
    path = tmp_path / "lab.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=problem):
        load_spec(path)


def test_a_byte_order_mark_is_let_through(tmp_path: Path) -> None:
    path = tmp_path / "lab.toml"
    path.write_bytes(b"\xef\xbb\xbf" + LAB.read_bytes())
    assert load_spec(path) == load_spec(LAB)
