"""Environments that somebody else built: everything is found, and nothing here makes, changes or deletes anything."""
