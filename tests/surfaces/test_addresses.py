"""Under which address clients reach us: the configured one, or what the request or a trusted proxy says."""

import ipaddress

import pytest

from eyrie.surfaces.api.request import Request, Trust
from tests.in_process import Client, app_over

PROXY = Trust(proxies=(ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("::1/128")))
HOSTILE = [
    "evil.example.com/path",
    "evil.example.com?x",
    "user@evil.example.com",
    "a b",
    '"><script>',
    "evil\\example",
    "host:port",
    "host:123456",
    "[::1",
    "",
]


def base(host="costs.example.com", client="192.0.2.1", trust=None, scheme="http", **headers):
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/v2/me",
        "raw_path": b"/v2/me",
        "query_string": b"",
        "scheme": scheme,
        "server": ("127.0.0.1", 8080),
        "client": (client, 5000),
        "headers": [
            (b"host", host.encode("latin-1")),
            *((name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()),
        ],
    }
    return Request.of(scope, trust or Trust()).address.base


@pytest.mark.parametrize(
    "host", ["costs.example.com", "localhost:8080", "127.0.0.1", "[::1]:8080", "a-b_c.d"]
)
def test_scheme_and_host_of_the_request(host):
    assert base(host) == f"http://{host}"
    assert base(host, scheme="https") == f"https://{host}"


@pytest.mark.parametrize("host", HOSTILE)
def test_a_host_that_is_none_is_replaced_by_our_own(host):
    assert base(host) == "http://127.0.0.1:8080"


def test_anybody_can_write_forwarded_headers_and_is_not_believed():
    forged = {"x_forwarded_host": "evil.example.com", "x_forwarded_proto": "https"}
    assert base(**forged) == "http://costs.example.com"
    assert base(**forged, client="192.0.2.1", trust=PROXY) == "http://costs.example.com"


@pytest.mark.parametrize("client", ["10.1.2.3", "::1"])
def test_a_trusted_proxy_is_believed(client):
    said = {"x_forwarded_host": "shop.example.com", "x_forwarded_proto": "https"}
    assert base(**said, client=client, trust=PROXY) == "https://shop.example.com"


def test_of_a_chain_of_proxies_the_first_counts():
    said = {"x_forwarded_host": "shop.example.com, inner", "x_forwarded_proto": "https, http"}
    assert base(**said, client="10.1.2.3", trust=PROXY) == "https://shop.example.com"


@pytest.mark.parametrize("host", HOSTILE[:-1])
def test_even_a_trusted_proxy_cannot_pass_on_a_host_that_is_none(host):
    assert base(x_forwarded_host=host, client="10.1.2.3", trust=PROXY) == "http://127.0.0.1:8080"


def test_an_odd_scheme_is_http():
    assert base(x_forwarded_proto="javascript", client="10.1.2.3", trust=PROXY) == "http://costs.example.com"


def test_a_client_without_an_address_is_not_believed():
    assert base(x_forwarded_host="evil.example.com", client="unix", trust=PROXY) == "http://costs.example.com"


def test_the_configured_address_comes_before_all():
    trust = Trust(public_url="https://eyrie.example.com/", proxies=PROXY.proxies)
    said = {"x_forwarded_host": "shop.example.com"}
    assert base(**said, client="10.1.2.3", trust=trust) == "https://eyrie.example.com"


def test_links_and_documents_carry_the_public_address(shared):
    trust = Trust(public_url="https://eyrie.example.com")
    token = shared.owner.post("/api/tokens", json={"description": "x", "scopes": ["read"]}).json()["secret"]
    with Client(app_over(shared.house, trust), token) as client:
        links = client.get("/v2/folders").json()["links"]
        assert links["self"] == "https://eyrie.example.com/v2/folders"
        assert client.get("/v2/oas_v3.json").json()["servers"] == [{"url": "https://eyrie.example.com/v2"}]
        assert client.get("/v2/swagger.json").json()["host"] == "eyrie.example.com"
