"""Copies of files and of students' folders, whole or not there at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from lab.errors import InputError


def copy_file(source: Path, target: Path) -> None:
    """Copy a file's bytes in one step; raises `InputError` when the source cannot be read."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            try:
                original = source.open("rb")
            except OSError as error:
                raise InputError(str(source), [f"the file cannot be read: {error.strerror or error}"]) from error
            with original:
                shutil.copyfileobj(original, file)
        temporary.chmod(0o644)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def link_folder(source: Path, target: Path) -> None:
    """Make a folder anew with the same files in it, by hard links where the file system has them.

    Every writer of the suite replaces files whole, so writing one of the two does not change the other. What begins
    with a dot is half a file that an interrupted writer left, and stays behind. Raises `InputError` for anything but
    files and folders: a symbolic link could lead out of the report.
    """
    target.mkdir()
    for entry in sorted(os.scandir(source), key=lambda entry: entry.name):
        if entry.name.startswith("."):
            continue
        here, there = Path(entry.path), target / entry.name
        if entry.is_dir(follow_symlinks=False):
            link_folder(here, there)
        elif entry.is_file(follow_symlinks=False):
            _link_file(here, there)
        else:
            raise InputError(str(here), ["found a link or a device, expected only files and folders in a report"])


def _link_file(source: Path, target: Path) -> None:
    try:
        target.hardlink_to(source)
    except OSError:
        # Another file system, or one without hard links.
        shutil.copyfile(source, target)
