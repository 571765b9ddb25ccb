"""What holds for every list: its links, its pages, and walking it while things come and go."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import pytest

from eyrie.access.caller import Role
from eyrie.operations.operation import Answer
from tests.operations import exceptions
from tests.operations.examples import address, example_of, make_names
from tests.operations.examples.bills import make_integration, make_rate
from tests.operations.examples.company import (
    make_canvas,
    make_dashboard,
    make_message,
    make_report_notification,
)
from tests.operations.examples.example import Names, new_name
from tests.operations.examples.exports import make_data_export
from tests.operations.examples.forecasts import make_listed_forecast, make_scenario_model, one_report
from tests.operations.examples.metrics import make_metric, make_metric_source
from tests.operations.examples.people import make_api_token, make_workspace
from tests.operations.examples.reports import make_cost_report, make_saved_filter
from tests.operations.examples.segments import make_segment
from tests.operations.examples.teams import make_grant, make_team
from tests.operations.examples.traces import make_annotation, make_audit_log, make_feedback
from tests.operations.table_of_tests import BY_NAME, OPERATIONS, each, is_refusal
from tests.world import World

LISTS = [o for o in OPERATIONS if o.method == "GET" and o.answers.key is not None]
LINKED = [o for o in LISTS if o.answers.linked]
WALKED = [o for o in LINKED if o.name not in exceptions.COMPUTED_LISTS]
ALL_FIVE = ["first", "last", "next", "prev", "self"]


@dataclass(frozen=True)
class Kind:
    """How things of a list come and go; `name` tells them apart. `under` is the path, where not any will do."""

    name: str
    make: Callable[[World], str]
    remove: Callable[[World, str], object] | None = None
    within: Callable[[World], Names] | None = None  # what they all belong to, if it is not the account


def _bill(column: str, value: str) -> Callable[[World], str]:
    def make(world: World) -> str:
        name = new_name(value)
        cell = f'"{{""{name}"": ""x""}}"' if column == "Tags" else name
        head = f"ChargeCategory,ChargePeriodStart,BilledCost,ServiceName,{column}"
        world.imported(world.custom_provider(new_name("P")), f"{head}\nUsage,2025-01-01,1,Seats,{cell}\n")
        return name

    return make


def _tag_value(world: World) -> str:
    name = new_name("value")
    text = "ChargeCategory,ChargePeriodStart,BilledCost,ServiceName,Tags\nUsage,2025-01-01,1,Seats,"
    world.imported(world.custom_provider(new_name("P")), f'{text}"{{""team/a b"": ""{name}""}}"\n')
    return name


def _service(world: World) -> str:
    name = new_name("Service")
    text = f"ChargeCategory,ChargePeriodStart,BilledCost,ServiceName\nUsage,2025-02-14,1,{name}\n"
    world.imported(world.custom_provider(new_name("P")), text)
    return name


def _folder(world: World) -> str:
    body = {"title": new_name("Folder"), "workspace_token": world.main}
    return str(world.owner.post("/v2/folders", json=body).json()["token"])


def _person(world: World) -> str:
    return world.person(new_name("person").replace(" ", "."), Role.VIEWER, world.main)


def _removed(path: str) -> Callable[[World, str], object]:
    return lambda world, token: world.owner.delete(f"{path}/{token}")


def _walked_metric(world: World) -> Names:
    """One metric whose values are walked: every value has a label of its own."""
    listed = world.owner.get("/v2/business_metrics", params={"q": "Walked"}).json()["business_metrics"]
    metric = (
        listed[0] if listed else world.owner.post("/v2/business_metrics", json={"title": "Walked"}).json()
    )
    return {"business_metric_token": str(metric["token"])}


def _value(field: str) -> Callable[[World], str]:
    def make(world: World) -> str:
        name = new_name("label")
        path = f"/v2/business_metrics/{_walked_metric(world)['business_metric_token']}"
        body = {field: [{"date": "2025-01-01", "amount": 1, "label": name}]}
        assert world.owner.put(path, json=body).status_code == 200
        return name

    return make


def _without_value(forecasted: str) -> Callable[[World, str], object]:
    def remove(world: World, name: str) -> object:
        path = f"/v2/business_metrics/{_walked_metric(world)['business_metric_token']}/values"
        return world.owner.delete(path, params={"label": name, "forecasted": forecasted})

    return remove


def _values(field: str, name: str = "label") -> Kind:
    forecasted = "true" if field == "forecasted_values" else "false"
    return Kind(name, _value(field), _without_value(forecasted), _walked_metric)


def _metric(world: World) -> str:
    return make_metric(world, {}, world.main)


KINDS = {
    "getUsers": Kind("token", _person),
    "getTeams": Kind("token", lambda w: make_team(w, {}, w.main), _removed("/v2/teams")),
    "getTeamMembers": Kind("user_token", _person),  # a team is made of those who are there by then
    "getAccessGrants": Kind("token", lambda w: make_grant(w, {}, w.main), _removed("/v2/access_grants")),
    "getWorkspaces": Kind("token", lambda w: make_workspace(w, {}, w.main), _removed("/v2/workspaces")),
    "getApiTokens": Kind("token", lambda w: make_api_token(w, {}, w.main)),  # a revoked one stays listed
    "getFolders": Kind("token", _folder, _removed("/v2/folders")),
    "getSavedFilters": Kind(
        "token", lambda w: make_saved_filter(w, {}, w.main), _removed("/v2/saved_filters")
    ),
    "getCostReports": Kind("token", lambda w: make_cost_report(w, {}, w.main), _removed("/v2/cost_reports")),
    "getAnnotations": Kind("token", lambda w: make_annotation(w, {}, w.main), _removed("/v2/annotations")),
    "getAuditLogs": Kind("token", lambda w: make_audit_log(w, {}, w.main)),
    "getUserFeedback": Kind("token", lambda w: make_feedback(w, {}, w.main)),
    "getCanvases": Kind("token", lambda w: make_canvas(w, {}, w.main), _removed("/v2/canvases")),
    "getReportNotifications": Kind(
        "token",
        lambda w: make_report_notification(w, {}, w.main),
        _removed("/v2/report_notifications"),
    ),
    "getMessages": Kind("token", make_message),
    "getDashboards": Kind("token", lambda w: make_dashboard(w, {}, w.main), _removed("/v2/dashboards")),
    "getScenarioModels": Kind(
        "token", lambda w: make_scenario_model(w, {}, w.main), _removed("/v2/scenario_models")
    ),
    "getReportForecasts": Kind("token", make_listed_forecast, _removed("/v2/report_forecasts")),
    "getForecastedCosts": Kind(
        "service", _service, within=lambda world: {"cost_report_token": one_report(world)}
    ),
    "getSegments": Kind("token", lambda w: make_segment(w, {}, w.main), _removed("/v2/segments")),
    "getIntegrations": Kind("token", lambda w: make_integration(w, {}, w.main), _removed("/v2/integrations")),
    "getOwnDataExports": Kind("token", lambda w: make_data_export(w, {}, w.main)),  # it stays listed
    "getExchangeRates": Kind("effective_date", make_rate),
    "getCostProviderAccounts": Kind("account_id", _bill("SubAccountId", "account")),
    "getTags": Kind("tag_key", _bill("Tags", "key")),
    "getTagValues": Kind("tag_value", _tag_value),
    "getMetricSources": Kind(
        "token", lambda w: make_metric_source(w, {}, w.main), _removed("/api/metric_sources")
    ),
    "getBusinessMetrics": Kind("token", _metric, _removed("/v2/business_metrics")),
    "getBusinessMetricValues": _values("values"),
    "getBusinessMetricForecastedValues": _values("forecasted_values"),
    "getBusinessMetricLabels": _values("values", "value"),
}


def asked(world, operation, **parameters):
    """One page of a list: the address, then the answer."""
    kind = KINDS.get(operation.name)
    names = kind.within(world) if kind and kind.within else make_names(world, operation)
    sent = {**example_of(operation).sends(world).get("params", {}), **parameters}
    answer = world.owner.get(address(operation, names), params=sent)
    assert answer.status_code == 200, answer.text
    return answer.json()


def walked(world, operation, between=lambda _seen: None, limit=1):
    """Follow `next` from the first page, doing something between pages; the names in the order seen."""
    kind, key = KINDS[operation.name], operation.answers.key
    page, seen = asked(world, operation, limit=limit), []
    while True:
        seen += [item[kind.name] for item in page[key]]
        if page["links"]["next"] is None:
            return seen
        between(seen)
        page = world.owner.get(page["links"]["next"]).json()
        assert len(seen) < 500, "the walk does not end"


@each(WALKED)
def test_every_list_is_walked_here_or_is_an_exception(operation):
    assert operation.name in KINDS


def test_an_exception_cannot_be_walked_like_the_others(shared):
    for name in exceptions.COMPUTED_LISTS:
        assert BY_NAME[name] in LINKED
        assert asked(shared, BY_NAME[name])["links"]["last"] is None


@each(LISTS)
def test_a_list_has_its_key_and_no_more_than_it_declares(shared, operation):
    body = asked(shared, operation)
    declared: Answer = operation.answers
    links = {"links"} if declared.linked else set()
    assert set(body) <= {declared.key, *links, *declared.more}
    assert set(body) >= {declared.key, *links, *(set(declared.more) - declared.optional)}
    assert isinstance(body[declared.key], list)


@each(LINKED)
def test_links_are_absolute_and_keep_every_other_parameter(shared, operation):
    body = asked(shared, operation, **{"limit": 1, "odd": "a b&c=d%2F", "list[]": "x,y"})
    links = body["links"]
    path = urlsplit(links["self"]).path
    assert sorted(links) == ALL_FIVE
    for name, link in links.items():
        if link is None:
            assert name in ("next", "prev", "last")
            continue
        parts = urlsplit(link)
        parameters = parse_qs(parts.query)
        assert (parts.scheme, parts.netloc, parts.path) == ("http", "eyrie.test", path)
        assert parameters["limit"] == ["1"]
        assert parameters["odd"] == ["a b&c=d%2F"]
        assert parameters["list[]"] == ["x,y"]
        assert name == "self" or "page" in parameters


@each(LINKED)
def test_page_and_limit_are_positive_whole_numbers(shared, operation):
    path = address(operation, make_names(shared, operation))
    sent = example_of(operation).sends(shared).get("params", {})
    for name in ("page", "limit"):
        for text in ("0", "-1", "x", "1.5"):
            answer = shared.owner.get(path, params={**sent, name: text})
            assert is_refusal(answer, 400)
            assert answer.json()["errors"] == [f"{name} is invalid"]


@each(LINKED)
def test_a_limit_above_the_maximum_is_cut_and_empty_parameters_are_absent(shared, operation):
    path, key = address(operation, make_names(shared, operation)), operation.answers.key
    sent = example_of(operation).sends(shared).get("params", {})
    everything = shared.owner.get(path, params=sent).json()[key]
    bound = exceptions.BOUND_LIMITS.get(operation.name)
    if bound is not None:
        refused = shared.owner.get(path, params={**sent, "limit": bound + 1})
        assert is_refusal(refused, 400)
        assert refused.json()["errors"] == ["limit is invalid"]
    for more in ({"limit": bound or 10**9}, {"limit": "", "page": ""}):
        assert shared.owner.get(path, params={**sent, **more}).json()[key] == everything


@each(LINKED)
def test_a_page_past_the_end_is_empty_and_the_last(shared, operation):
    body = asked(shared, operation, page=10**6, limit=1000)
    assert body[operation.answers.key] == []
    assert body["links"]["next"] is None
    assert "page=999999" in body["links"]["prev"]


@each(WALKED)
def test_walking_sees_everything_once_while_things_come_and_go(world, operation):
    kind = KINDS[operation.name]
    made = [kind.make(world) for _ in range(4)]
    comes, goes = [], []

    def between(seen):
        """After the second page one that was seen goes, one not yet seen goes, and two come."""
        if len(seen) != 2 or goes:
            return
        comes.extend(kind.make(world) for _ in range(2))
        if kind.remove is not None:
            unseen = [name for name in made if name not in seen]
            gone = [name for name in made if name in seen][:1] + unseen[-1:]
            for name in gone:
                assert kind.remove(world, name).is_success
            goes.extend(gone)

    before = walked(world, operation)
    assert set(made) <= set(before)
    seen = walked(world, operation, between)
    stayed = set(before) - set(goes)
    assert len(comes) == 2
    assert len(seen) == len(set(seen))
    assert stayed <= set(seen) <= set(before) | set(comes)
    assert not [name for name in goes if name in seen[2:]]


@each(WALKED)
def test_counting_pages_gives_the_same_as_walking_when_nothing_changes(world, operation):
    kind, key = KINDS[operation.name], operation.answers.key
    for _ in range(3):
        kind.make(world)
        world.pass_time()
    everything = [item[kind.name] for item in asked(world, operation)[key]]
    counted, page, last = [], 0, None
    while True:
        page += 1
        body = asked_page(world, operation, page)
        if not body[key]:
            break
        counted += [item[kind.name] for item in body[key]]
        last = body["links"]["last"]
        assert (body["links"]["prev"] is None) is (page == 1)
    assert counted == everything == walked(world, operation, limit=2)
    assert len(everything) >= 3
    assert last is None or f"page={page - 1}" in last


def asked_page(world, operation, page):
    return asked(world, operation, page=page, limit=2)


@pytest.mark.parametrize("name", ["getFolders", "getSavedFilters", "getIntegrations", "getUsers"])
def test_the_oldest_comes_first(world, name):
    operation = BY_NAME[name]
    made = []
    for _ in range(3):
        world.pass_time()
        made.append(KINDS[name].make(world))
    listed = [item["token"] for item in asked(world, operation)[operation.answers.key]]
    assert [token for token in listed if token in made] == made
