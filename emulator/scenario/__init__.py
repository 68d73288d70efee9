"""Scenarios: files that tell the emulator how to misbehave."""
