"""What the tests of every operation do not hold for, and why. Each entry must still be needed."""

from collections.abc import Mapping

# Path parameters whose objects belong to the account: somebody who works in another workspace finds them.
ACCOUNT_WIDE: Mapping[str, str] = {
    "user_token": "people belong to the account; every user token may look at them",
    "integration_token": "integrations are the account's; `workspace_tokens` says who sees their costs",
    "user_costs_upload_token": "an upload goes with its integration",
    "metric_source_token": "a metric source is an integration",
    "business_metric_token": "what a company counts belongs to the account",
}

# Writes that a viewer may do.
VIEWERS_MAY: Mapping[str, str] = {
    "updateMe": "one's own preferences",
    "createApiToken": "one's own token",
    "deleteApiToken": "one's own token; that of somebody else does not exist for a viewer",
    "createOAuthToken": "signing in takes no rights",
}

# Writes that ask for rights only once they run, because those depend on whom the path names.
ASKS_LATE: Mapping[str, str] = {
    "updateUser": "oneself, or anybody for an Owner",
}

# Writes without an audit entry.
UNAUDITED: Mapping[str, str] = {
    "createOAuthToken": "signing in changes no configuration",
}

# Updates that cannot take back what reading answers.
NOT_SENT_BACK: Mapping[str, str] = {
    "updateTag": "reading answers a list of tags, and one at a time is changed",
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
