"""Azure's and OpenAI's SDKs, loaded at once and cheaply."""

from __future__ import annotations

import gc
import sys
from importlib import import_module

SDKS = ("azure.identity", "azure.mgmt.resource.resources", "azure.mgmt.cognitiveservices", "openai")


def load_sdks() -> None:
    """Import what `lab.clients` would import when it is first used.

    What is loaded stays until the process ends, so the garbage collector neither interrupts the loading nor looks at
    the result ever again: a third of the time that the SDKs cost was such looking.
    """
    if all(name in sys.modules for name in SDKS):
        return
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        for name in SDKS:
            import_module(name)
        gc.freeze()
    finally:
        if was_enabled:
            gc.enable()
