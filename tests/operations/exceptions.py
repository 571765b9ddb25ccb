"""What the tests of every operation do not hold for, and why. Each entry must still be needed."""

from collections.abc import Mapping

# Operations that the tests of every operation leave to tests of their own, all in tests/access.
ELSEWHERE: Mapping[str, str] = {
    "beginOpenId": "leads to a provider of OpenID Connect; test_openid.py has one",
    "finishOpenId": "comes from there",
    "createSession": "makes nothing that has a token, and a wrong password is its refusal",
    "useSignInLink": "a link is good once",
    "createSignInLink": "a link has no token and is never shown again",
    "updatePassword": "what it changes is never shown",
}

# Path parameters whose objects belong to the account: somebody who works in another workspace finds them.
ACCOUNT_WIDE: Mapping[str, str] = {
    "user_token": "people belong to the account; every user token may look at them",
    "team_token": "so do teams",
    "integration_token": "integrations are the account's; `workspace_tokens` says who sees their costs",
    "user_costs_upload_token": "an upload goes with its integration",
    "audit_log_token": "entries are the account's; only Owners may look at them",
    "metric_source_token": "a metric source is an integration",
    "business_metric_token": "what a company counts belongs to the account",
}

# Writes that a viewer may do.
VIEWERS_MAY: Mapping[str, str] = {
    "updateMe": "one's own preferences",
    "createApiToken": "one's own token",
    "deleteApiToken": "one's own token; that of somebody else does not exist for a viewer",
    "createOAuthToken": "signing in takes no rights",
    "deleteSession": "signing out takes no rights",
    "createUserFeedback": "everybody may say something",
    "createCostExport": "an export shows what a viewer sees anyway; reading scope is enough",
    "createUnitCostsExport": "the same",
}

# Writes that ask for rights only once they run, because those depend on whom the path names.
ASKS_LATE: Mapping[str, str] = {
    "updateUser": "oneself, or anybody for an Owner",
}

# Writes without an audit entry.
UNAUDITED: Mapping[str, str] = {
    "createOAuthToken": "signing in changes no configuration",
    "deleteSession": "signing out changes no configuration",
    "createUserFeedback": "what people say changes no configuration",
    "createCostExport": "an export changes no configuration; it is kept itself, with what was asked for",
    "createUnitCostsExport": "the same",
}

# Writes for which a token that may only read is enough, by the contract.
READERS_MAY: Mapping[str, str] = {
    "createUserFeedback": "who may only look can say something, too",
    "createCostExport": "the contract asks for reading scope",
    "createUnitCostsExport": "the contract asks for reading scope",
}

# Updates that cannot take back what reading answers.
NOT_SENT_BACK: Mapping[str, str] = {
    "updateTag": "reading answers a list of tags, and one at a time is changed",
}

# Updates that are refused when nothing is sent.
NEEDS_A_FIELD: Mapping[str, str] = {
    "updateScenarioModel": "the hosted product asks for at least one field",
    "updateReportForecast": "the hosted product asks for at least one field",
}

# Lists whose pages cannot be walked by making things: they are worked out.
COMPUTED_LISTS: Mapping[str, str] = {
    "getCosts": "its pages carry the ledger's version instead; the story of the first bill walks them",
    "getUnitCosts": "the same; the story of unit costs walks them",
}

# Lists whose largest page the contract gives as a number: what lies beyond is refused, not cut.
BOUND_LIMITS: Mapping[str, int] = {
    "getUnitCosts": 1000,
    "getBusinessMetrics": 5000,
    "getBusinessMetricValues": 5000,
    "getBusinessMetricForecastedValues": 5000,
}

# Operations that validate what is asked and then refuse it, whatever it is, with what can be done instead.
REFUSES: Mapping[str, str] = {
    "createKubernetesEfficiencyReportExport": "what containers ask for and use is not read yet",
}
