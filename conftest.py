"""Connects the rooms: which fixtures and hooks take part in a session."""

from __future__ import annotations

# Each after those it imports from, so that pytest rewrites the assertions of all of them.
pytest_plugins = (
    "fixtures.options",
    "fixtures.early",
    "fixtures.workers",
    "fixtures.checks",
    "fixtures.lab",
    "fixtures.environment",
    "fixtures.selection",
    "fixtures.start",
    "fixtures.progress",
    "fixtures.only_look",
    "fixtures.finish",
    "fixtures.summary",
    "fixtures.section_1_hub_and_project",
    "fixtures.section_2_fine_tuning",
    "fixtures.section_3_deployment",
    "fixtures.section_4_chat",
    "fixtures.section_5_clean_up",
)
