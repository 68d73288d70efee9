"""What tests plant in an emulator or in a copy of the project, so that a rare moment comes each time."""

from __future__ import annotations

# Makes each stage last long enough to be interrupted in it: what follows the request that shows the stage is late.
LATE = """
id = "late"
title = "Answers that come late, so that every stage can be met"
source = "by design"
[[rule]]
when = { method = "GET", path = "*/locations/*/models", times = 1 }
then = { delay_s = 400 }
[[rule]]
when = { method = "GET", path = "*/providers/Microsoft.Storage/*", times = 1 }
then = { delay_s = 400 }
[[rule]]
when = { method = "GET", path = "*/workspaces/hub-*", after = 1, times = 1 }
then = { delay_s = 400 }
[[rule]]
when = { method = "GET", path = "*/openai/files/*", times = 1 }
then = { delay_s = 400 }
[[rule]]
when = { method = "POST", path = "*/chat/completions", after = 1, times = 2 }
then = { delay_s = 600 }
[[rule]]
# Longer than the others: nothing follows it, so a test that a busy machine keeps waiting would come too late.
when = { method = "GET", path = "*/operationresults/*", times = 1 }
then = { delay_s = 3000 }
"""
# A copy of the project whose groups may be swept at once; on Azure eight hours pass first.
SWEPT_AT_ONCE = """
from datetime import timedelta
from lab import names
names.LONGEST_RUN = timedelta(0)
"""


# An exception that a signal's handler raises inside a weak reference's callback is reported by Python and lost.
LOST = """
import os, signal, weakref

class Thing: ...

def pytest_runtest_call(item):
    if item.name == "test_subscription_is_enabled":
        thing = Thing()
        reference = weakref.ref(thing, lambda _: os.kill(os.getpid(), signal.SIGTERM))
        del thing
"""
# As when an import is interrupted: Python warns of files that nobody closed, and warnings are errors here.
LEFT_OPEN = """
import os, signal

def pytest_sessionstart(session):
    open(__file__)
    os.kill(os.getpid(), signal.SIGTERM)
"""
