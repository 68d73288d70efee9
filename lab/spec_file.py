"""Read the lab's specification from its TOML file, strictly: all problems of the file are raised together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from urllib.parse import urlsplit

from lab.errors import InputError
from lab.spec import (
    PROMPT_STEPS,
    STEP_IDS,
    ChatSpec,
    DatasetSpec,
    DeploymentSpec,
    GradingSpec,
    LabSpec,
    MetricsSpec,
    ModelSpec,
    Prompt,
    Region,
    Section,
    Step,
    Waits,
    region_name,
)
from lab.spec_before import read_preflight, read_prices, text_in_both
from lab.spec_words import read_words
from lab.tables import Table
from lab.toml import read_toml

VERSION = 1
SHA256 = re.compile(r"[0-9a-f]{64}")


def load_spec(path: Path) -> LabSpec:
    """Read the lab's specification from a TOML file.

    Raises `InputError` with every problem of the file: unknown or missing keys, wrong types, empty texts, a missing
    translation, a bad address, step ids that are not `STEP_IDS`, points that do not add up.
    """
    root = Table(read_toml(path), "", [])
    spec = _read_spec(root)
    root.problems.extend(_contradictions(spec))
    if root.problems:
        raise InputError(str(path), root.problems)
    return spec


def _read_spec(root: Table) -> LabSpec:
    version = root.whole("version", at_least=1)
    if version not in (0, VERSION):
        root.complain("version", f"found {version}, expected {VERSION}, the only one that this suite reads")
    lab, rubric = root.table("lab"), root.table("rubric")
    spec = LabSpec(
        title=text_in_both(lab, "title"),
        page=_address(lab, "page"),
        estimate_minutes=lab.whole("estimate_minutes", at_least=1),
        regions=tuple(_read_region(table) for table in lab.tables("regions", name="name")),
        model=_read_model(root.table("model")),
        dataset=_read_dataset(root.table("dataset")),
        deployment=_read_deployment(root.table("deployment")),
        chat=_read_chat(root.table("chat")),
        prompts=tuple(_read_prompt(table) for table in root.tables("prompt", name="step")),
        metrics=_read_metrics(root.table("metrics")),
        grading=_read_grading(root.table("grading")),
        waits=_read_waits(root.table("waits")),
        preflight=read_preflight(root.table("preflight")),
        words=read_words(root.table("words")),
        prices=read_prices(root.table("prices")),
        total=rubric.whole("total", at_least=1),
        sections=tuple(_read_section(table) for table in root.tables("section", name="id")),
        steps=tuple(sorted((_read_step(table) for table in root.tables("step", name="id")), key=_position)),
    )
    for table in (lab, rubric, root):
        table.close()
    return spec


def _read_region(table: Table) -> Region:
    region = Region(name=table.text("name"), title=text_in_both(table, "title"))
    if region.name != region_name(region.name):
        table.complain("name", f"found {region.name!r}, expected Azure's name of the region, such as 'swedencentral'")
    table.close()
    return region


def _read_model(table: Table) -> ModelSpec:
    model = ModelSpec(name=table.text("name"), suffix=table.text("suffix"))
    table.close()
    return model


def _read_dataset(table: Table) -> DatasetSpec:
    dataset = DatasetSpec(
        url=_address(table, "url"),
        file=table.text("file"),
        minimum_examples=table.whole("minimum_examples", at_least=1),
        sha256=table.texts("sha256", may_be_empty=True),
    )
    for digest in dataset.sha256:
        if not SHA256.fullmatch(digest):
            table.complain("sha256", f"found {digest!r}, expected 64 digits of 0-9 and a-f each")
    if dataset.file and not dataset.file.endswith(".jsonl"):
        table.complain("file", f"found {dataset.file!r}, expected a name that ends in .jsonl: Azure refuses any other")
    table.close()
    return dataset


def _read_deployment(table: Table) -> DeploymentSpec:
    deployment = DeploymentSpec(
        sku=table.text("sku"),
        capacity=table.whole("capacity", at_least=1),
        content_filters=table.texts("content_filters"),
    )
    table.close()
    return deployment


def _read_chat(table: Table) -> ChatSpec:
    chat = ChatSpec(max_tokens=table.whole("max_tokens", at_least=1), asks=table.whole("asks", at_least=1))
    if chat.asks and chat.asks % 2 == 0:
        table.complain("asks", f"found {chat.asks}, expected an odd number, so that there is always a majority")
    table.close()
    return chat


def _read_prompt(table: Table) -> Prompt:
    prompt = Prompt(step=table.text("step"), text=table.text("text"))
    table.close()
    return prompt


def _read_metrics(table: Table) -> MetricsSpec:
    metrics = MetricsSpec(least_fall=table.number("least_fall", above=0))
    if metrics.least_fall >= 1:
        table.complain("least_fall", f"found {metrics.least_fall:g}, expected a share below 1")
    table.close()
    return metrics


def _read_grading(table: Table) -> GradingSpec:
    grading = GradingSpec(
        deadline_s=table.number("deadline_s", above=0),
        at_once=table.whole("at_once", at_least=1),
        default_versions=table.texts("default_versions", may_be_empty=True),
    )
    table.close()
    return grading


def _read_waits(table: Table) -> Waits:
    waits = Waits(**{each.name: table.number(each.name, above=0) for each in fields(Waits)})
    table.close()
    return waits


def _read_section(table: Table) -> Section:
    section = Section(id=table.whole("id", at_least=1), title=text_in_both(table, "title"))
    table.close()
    return section


def _read_step(table: Table) -> Step:
    step = Step(
        id=table.text("id"),
        title=text_in_both(table, "title"),
        hint=text_in_both(table, "hint"),
        points=table.whole("points", at_least=0),
        marked=table.flag("marked", default=True),
        usual_s=table.number("usual_s", above=0),
        deadline_s=table.number("deadline_s", above=0),
    )
    if 0 < step.deadline_s < step.usual_s:
        table.complain("deadline_s", f"found {step.deadline_s:g}, expected no less than usual_s, {step.usual_s:g}")
    table.close()
    return step


def _address(table: Table, key: str) -> str:
    url = table.text(key)
    if url and not _is_https(url):
        table.complain(key, f"found {url!r}, expected a web address that starts with https://")
    return url


def _is_https(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and not any(character.isspace() for character in url)


def _position(step: Step) -> int:
    """Where a step stands in the lab; a step that the lab does not know goes last."""
    return STEP_IDS.index(step.id) if step.id in STEP_IDS else len(STEP_IDS)


def _contradictions(spec: LabSpec) -> Iterator[str]:
    """Yield what is wrong between the parts of a specification, each of which is right by itself."""
    ids = [step.id for step in spec.steps]
    yield from _repeated("step", ids)
    yield from _repeated("section", [section.id for section in spec.sections])
    yield from _repeated("prompt", [prompt.step for prompt in spec.prompts])
    yield from _repeated("region", [region.name for region in spec.regions])
    for step_id in ids:
        if step_id and step_id not in STEP_IDS:
            yield f"[[step]] {step_id}: the lab has no step of this id; its steps are {', '.join(STEP_IDS)}"
    for step_id in STEP_IDS:
        if step_id not in ids:
            yield f"[[step]] {step_id}: the step is missing"
    for number in sorted({int(step_id.partition(".")[0]) for step_id in STEP_IDS}):
        if number not in {section.id for section in spec.sections}:
            yield f"[[section]] {number}: the section is missing"
    for provider in spec.preflight.providers:
        if provider.step and provider.step not in STEP_IDS:
            yield f"[[preflight.provider]] {provider.name}: the lab has no step {provider.step}"
    asked = [prompt.step for prompt in spec.prompts]
    for step_id in asked:
        if step_id and step_id not in PROMPT_STEPS:
            yield f"[[prompt]] {step_id}: found a step that asks no question, expected one of {', '.join(PROMPT_STEPS)}"
    for step_id in PROMPT_STEPS:
        if step_id not in asked:
            yield f"[[prompt]] {step_id}: the prompt is missing"
    points = sum(step.points for step in spec.steps if step.marked)
    if spec.total and points != spec.total:
        yield f"[rubric] total: found {spec.total}, but the points of the marked steps add up to {points}"


def _repeated(kind: str, keys: list[str] | list[int]) -> Iterator[str]:
    for key, times in Counter(keys).items():
        if times > 1:
            yield f"[[{kind}]] {key}: found {times} times, expected once"
