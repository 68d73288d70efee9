"""Whether the lab's address of the training data answers, and whether the file there is the known one."""

from __future__ import annotations

from urllib.parse import urlsplit

from lab.build.training import TrainingSet
from lab.preflight.findings import Finding, ok, warning
from lab.run import Run

STEP = "2.1"


def check_dataset(run: Run, found: TrainingSet) -> Finding:
    """Compare a valid file's digest with those of the specification; a new one is a warning against the lab's text."""
    host = urlsplit(found.source).hostname
    name = f"{run.spec.dataset.file} at {host}" if host else found.source
    what = f"{name}: {found.examples} examples, {found.size:,} bytes"
    known = run.spec.dataset.sha256
    if run.settings.training_file is not None:
        return ok(STEP, f"{what}, given with --training-file")
    if found.sha256 in known:
        return ok(STEP, f"{what}, the known file")
    if not known:
        return ok(STEP, f"{what}, valid; unknown whether it is the original: data/lab.toml lists no digest")
    return warning(
        STEP,
        f"{what}: the file has changed and is valid: found the digest {found.sha256}, which [dataset] sha256 in "
        "data/lab.toml does not list; read the file, and add its digest if it is right",
    )
