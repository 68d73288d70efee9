"""The ids of the lab's steps, which scenarios and classes name; the same ones as in data/lab.toml."""

from __future__ import annotations

STEPS = (
    *("1.1", "1.2", "1.3", "1.4", "1.5", "1.6"),
    *("2.1", "2.2", "2.3", "2.4", "2.5"),
    *("3.1", "3.2", "3.3"),
    *("4.1", "4.2", "4.3"),
    *("5.1", "5.2"),
)
