"""The `eyrie` command: hands each command its work, and imports that work only when it is called."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from eyrie import __version__
from eyrie.surfaces.cli.app import make_app
from eyrie.surfaces.cli.exits import run
from eyrie.surfaces.cli.metric_shapes import MetricWork
from eyrie.surfaces.cli.team_shapes import TeamWork
from eyrie.surfaces.cli.work import Flags, SettingRow, Work


def main() -> None:
    """Run the command line of this process."""
    app = make_app(WORK, __version__)
    sys.exit(run(lambda: app(prog_name="eyrie"), _without_secrets))


def _settings(flags: Flags) -> Sequence[SettingRow]:
    from eyrie.start.settings import read_settings, setting_rows

    return setting_rows(read_settings(os.environ, flags), os.environ, flags)


def _settings_page() -> str:
    from eyrie.start.settings_page import settings_page

    return settings_page()


def _without_secrets(text: str) -> str:
    """What an error prints goes through the same filter as the logs."""
    from eyrie.start.logs import Redaction

    return Redaction(os.environ.get("EYRIE_SECRET_KEY", "").split(","))(text)


def _later(name: str, module: str = "commands") -> Any:  # Any: each command has its own signature
    """A function of `eyrie.start`, imported when it is called: help should not wait for the engine."""

    def call(*arguments: object) -> object:
        return getattr(import_module(f"eyrie.start.{module}"), name)(*arguments)

    return call


WORK = Work(
    settings=_settings,
    settings_page=_settings_page,
    serve=_later("serve"),
    worker=_later("worker"),
    create_token=_later("create_token"),
    list_tokens=_later("list_tokens"),
    revoke_token=_later("revoke_token"),
    add_user=_later("add_user"),
    make_sign_in_link=_later("make_sign_in_link"),
    teams=TeamWork(
        list=_later("list_teams", "teaming"),
        add=_later("add_team", "teaming"),
        remove=_later("remove_team", "teaming"),
        members=_later("members", "teaming"),
        workspaces=_later("workspaces", "teaming"),
        grants=_later("grants", "teaming"),
    ),
    openapi=_later("openapi"),
    doctor=_later("doctor"),
    backup=_later("backup"),
    restore=_later("restore"),
    compact=_later("compact", "compacting"),
    demo=_later("demo", "demo.command"),
    costs=_later("costs", "asking"),
    integrations=_later("integrations", "listing"),
    tags=_later("tags", "listing"),
    reports=_later("reports", "listing"),
    dashboards=_later("dashboards", "dashboards"),
    dashboard=_later("dashboard", "dashboards"),
    canvases=_later("canvases", "canvases"),
    canvas=_later("canvas", "canvases"),
    try_prompt=_later("try_prompt", "canvases"),
    notifications=_later("notifications", "notifications"),
    preview_notification=_later("preview_notification", "notifications"),
    mail=_later("mail", "notifications"),
    test_mail=_later("test_mail", "notifications"),
    segments=_later("segments", "segments"),
    segment=_later("segment", "segments"),
    explain=_later("explain", "explaining"),
    audit=_later("audit", "auditing"),
    verify_audit=_later("verify_audit", "auditing"),
    feedback=_later("feedback", "auditing"),
    annotate=_later("annotate", "annotating"),
    annotations=_later("annotations", "annotating"),
    forecast=_later("forecast", "forecasting"),
    backtest=_later("backtest", "forecasting"),
    import_rates=_later("import_rates", "rates"),
    rates=_later("rates", "rates"),
    import_bills=_later("import_bills", "importing"),
    export_bills=_later("export_bills", "exporting"),
    metrics=MetricWork(
        listed=_later("listed", "counting"),
        imported=_later("imported", "counting"),
        values=_later("shown_values", "counting"),
        attached=_later("attached", "counting"),
        fetched=_later("fetched", "sourcing"),
        unit_costs=_later("unit_costs", "counting"),
        add_source=_later("add_source", "sourcing"),
        set_credentials=_later("set_credentials", "sourcing"),
    ),
    export_costs=_later("export_costs", "exporting"),
    exports=_later("exports", "exporting"),
)
