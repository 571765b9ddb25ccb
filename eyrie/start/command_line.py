"""The `eyrie` command: hands each command its work, and imports that work only when it is called."""

import os
import sys
from collections.abc import Sequence

from eyrie import __version__
from eyrie.surfaces.cli.app import make_app
from eyrie.surfaces.cli.exits import run
from eyrie.surfaces.cli.work import Flags, SettingRow, Work


def main() -> None:
    """Run the command line of this process."""
    app = make_app(WORK, __version__)
    sys.exit(run(lambda: app(prog_name="eyrie"), _without_secrets))


def _settings(flags: Flags) -> Sequence[SettingRow]:
    from eyrie.start.settings import read_settings, setting_lines

    lines = setting_lines(read_settings(os.environ, flags), os.environ, flags)
    return [SettingRow(each.name, each.variable, each.value, each.origin, each.description) for each in lines]


def _settings_page() -> str:
    from eyrie.start.settings_page import settings_page

    return settings_page()


def _without_secrets(text: str) -> str:
    """What an error prints goes through the same filter as the logs."""
    from eyrie.start.logs import Redaction

    return Redaction(os.environ.get("EYRIE_SECRET_KEY", "").split(","))(text)


WORK = Work(settings=_settings, settings_page=_settings_page)
