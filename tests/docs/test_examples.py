"""Every shell example in README and guides works as it is written, against a real server."""

import os
import subprocess
import sys

import pytest

from tests.docs.pages import ROOT, guides, shell_examples
from tests.servers import running_server

# What a reader's server has by default, and what a test's has instead.
ADDRESS, HOME = "http://127.0.0.1:8080", "build/home"
EYRIE = f"""#!/bin/sh
exec {sys.executable} -c 'from eyrie.start.command_line import main; main()' "$@"
"""


@pytest.mark.parametrize("page", guides(), ids=lambda page: str(page.relative_to(ROOT)))
def test_the_examples_of_a_page_run_in_order(page, tmp_path):
    command = tmp_path / ".venv" / "bin" / "eyrie"
    command.parent.mkdir(parents=True)
    command.write_text(EYRIE)
    command.chmod(0o755)
    with running_server(tmp_path / "home") as server:
        session = "\n".join(shell_examples(page)).replace(ADDRESS, server.address).replace(HOME, "home")
        ran = subprocess.run(
            [
                "bash",
                "-euo",
                "pipefail",
                "-c",
                session.replace(ADDRESS, server.address).replace(HOME, "home"),
            ],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert ran.returncode == 0, ran.stdout + ran.stderr
