"""The words in which a run tells how it goes; an instructor edits them in `data/lab.toml`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True)
class Words:
    """The words of one language, for `str.format`; each is annotated with the names that it fills in, if any."""

    lab: Annotated[str, "title"]
    replayed: Annotated[str, "mode", "day", "source"]
    mode: Annotated[str, "mode"]
    subscription: Annotated[str, "id", "source"]
    no_subscription: str
    unfinished: Annotated[str, "run", "groups"]

    passed: str
    failed: str
    blocked: str
    inconclusive: str
    skipped: str
    works: str
    broken: str
    verdict: Annotated[str, "verdict"]
    warning: str
    steps_passed: Annotated[str, "passed", "all", "report"]
    not_checked: str
    next: Annotated[str, "hint"]
    try_again: str

    done_in: Annotated[str, "time"]
    ended_after: Annotated[str, "outcome", "time"]
    usually: Annotated[str, "time"]
    usually_on_azure: Annotated[str, "time"]
    seconds: Annotated[str, "count"]
    minutes: Annotated[str, "count"]
    hours: Annotated[str, "count"]

    kept: Annotated[str, "group", "command", "run"]
    clean_up_failed: Annotated[str, "reason", "run"]
    ending: str
    already_ending: str
    preflight_interrupted: str
    sweep_interrupted: str
    cassettes_written: Annotated[str, "count", "folder"]
    cassettes_left: Annotated[str, "reason"]
    only_what_works: str

    nothing_left: str
    vaults_not_seen: str
    nothing_else_left: str
    leftover: Annotated[str, "group", "region", "fate"]
    may_be_deleted: str
    sweep_with_yes: str
    left_as_it_is: Annotated[str, "group", "reason"]
    sweeping: Annotated[str, "group"]
    swept: Annotated[str, "group"]
    vault_stays: Annotated[str, "group", "vault"]
    not_ours: Annotated[str, "tag"]
    holds_no_time: Annotated[str, "tag"]
    not_yet: Annotated[str, "time"]
    locked: str


@dataclass(frozen=True)
class Wording:
    """The words in both languages."""

    en: Words
    ko: Words

    def in_language(self, language: str) -> Words:
        """Return the words of one language."""
        return self.ko if language == "ko" else self.en
