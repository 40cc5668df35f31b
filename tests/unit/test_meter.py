"""A step's memory is that of all its processes."""

import os
import subprocess
import sys

import pytest

from larder.runtime.meter import Meter, memory, tree


def test_meter_counts_descendants() -> None:
    ballast = 64 * 2**20
    code = f"import sys; kept = bytearray(b'x' * {ballast}); print(1, flush=True); sys.stdin.read()"
    child = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert child.stdout is not None
        child.stdout.readline()
        assert child.pid in [process.pid for process in tree([os.getpid()])]
        assert memory(tree([child.pid])) > ballast
        meter = Meter(lambda: [child.pid])
        with meter.step("measured"):
            pass
        assert meter.steps[0].name == "measured"
        assert meter.steps[0].peak_bytes > ballast
    finally:
        child.communicate()


def test_meter_leaves_out_a_step_that_failed() -> None:
    meter = Meter(lambda: [])
    with pytest.raises(RuntimeError), meter.step("fails"):
        raise RuntimeError
    assert meter.steps == []
