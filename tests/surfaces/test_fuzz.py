"""Whatever bytes come in, what goes out is a status below 500 and, if it is a refusal, the one shape."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.operations.examples import address, make_names
from tests.operations.table_of_tests import BY_NAME, is_refusal

WITH_BODY = (
    "createFolder",
    "updateSavedFilter",
    "updateIntegration",
    "createUserCostsUploadViaCsv",
    "updateTag",
)
LISTS = ("getFolders", "getIntegrations", "getTags", "getCosts", "getCostProviderAccounts", "getApiTokens")
KINDS = (
    "",
    "application/json",
    "multipart/form-data",
    "multipart/form-data; boundary=b",
    "application/x-www-form-urlencoded",
    "text/csv",
    "text/xml",
)
CALM = settings(max_examples=50, deadline=None)
# Pieces that readers look for, so that more than noise gets past the first byte.
pieces = st.sampled_from(
    [b'{"', b'"title"', b":", b"null", b"[", b"]", b"}", b"--b", b"\r\n", b'name="csv"', b"\0"]
)
bodies = st.binary(max_size=200) | st.lists(pieces | st.binary(max_size=5), max_size=20).map(b"".join)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
NAMES = ("page", "limit", "after", "q", "workspace_token", "filter", "groupings", "start_date", "end_date")
more_names = (
    "as_of",
    "provider",
    "account_identifier",
    "sort_direction",
    "type",
    "settings[amortize]",
    "date_bin",
)
texts = st.text(max_size=12) | st.sampled_from(
    ["1", "-1", "2025-01-01", "9" * 30, "WyJhIl0", "costs.provider = 'aws'"]
)
queries = st.dictionaries(st.sampled_from(NAMES + more_names) | st.text(max_size=5), texts, max_size=5)


def is_calm(answer):
    assert answer.status_code < 500, answer.text
    return answer.status_code < 400 or is_refusal(answer, answer.status_code)


@CALM
@given(name=st.sampled_from(WITH_BODY), kind=st.sampled_from(KINDS), content=bodies)
def test_any_bytes_as_a_body(shared, name, kind, content):
    operation = BY_NAME[name]
    headers = {"Content-Type": kind} if kind else {}
    path = address(operation, make_names(shared, operation))
    assert is_calm(shared.owner.request(operation.method, path, content=content, headers=headers))


@CALM
@given(name=st.sampled_from(WITH_BODY), data=st.data())
def test_any_json_in_the_fields_of_a_body(shared, name, data):
    operation = BY_NAME[name]
    fields = sorted(operation.body.model.model_fields)
    sent = data.draw(st.dictionaries(st.sampled_from(fields), json_values, max_size=4))
    path = address(operation, make_names(shared, operation))
    assert is_calm(shared.owner.request(operation.method, path, json=sent))


@CALM
@given(name=st.sampled_from(LISTS), query=queries)
@example(
    name="getCosts",
    query={"filter": "costs.provider = 'aws'", "start_date": "9999-12-31", "end_date": "9999-12-31"},
)
def test_any_parameters(shared, name, query):
    operation = BY_NAME[name]
    more = {"workspace_token": shared.main, "filter": "costs.provider = 'aws'"} if name == "getCosts" else {}
    assert is_calm(shared.owner.get(address(operation, {}), params={**more, **query}))


@CALM
@given(name=st.sampled_from(LISTS), query=st.binary(max_size=60).filter(lambda raw: b"#" not in raw))
def test_any_bytes_as_a_query(shared, name, query):
    raw = "".join(
        chr(byte) if 32 < byte < 127 and chr(byte) not in '"<>' else f"%{byte:02X}" for byte in query
    )
    assert is_calm(shared.owner.get(f"{address(BY_NAME[name], {})}?{raw}"))


@CALM
@given(token=st.text(min_size=1, max_size=20))
def test_any_text_in_a_path(shared, token):
    operation = BY_NAME["getTagValues"]
    for path in (address(operation, {"key": token}), address(BY_NAME["getFolder"], {"folder_token": token})):
        assert is_calm(shared.owner.get(path))


@CALM
@given(
    secret=st.binary(max_size=40).map(lambda raw: bytes(byte for byte in raw if byte >= 32 and byte != 127))
)
def test_any_bytes_as_a_token(shared, secret):
    for scheme in (b"Bearer ", b"Basic ", b""):
        answer = shared.anonymous.get("/v2/me", headers={"Authorization": scheme + secret})
        assert is_refusal(answer, 401)
        form = {"grant_type": "client_credentials"}
        signing_in = shared.anonymous.post(
            "/oauth/token", json=form, headers={"Authorization": scheme + secret}
        )
        assert (signing_in.status_code, signing_in.json()) == (401, {"error": "invalid_client"})
