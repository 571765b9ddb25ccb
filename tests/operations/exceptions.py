"""What the tests of every operation do not hold for, and why. Each entry must still be needed."""

from collections.abc import Mapping

# Path parameters whose objects belong to the account: somebody who works in another workspace finds them.
ACCOUNT_WIDE: Mapping[str, str] = {
    "user_token": "people belong to the account; every user token may look at them",
    "integration_token": "integrations are the account's; `workspace_tokens` says who sees their costs",
    "user_costs_upload_token": "an upload goes with its integration",
}

# Writes that a viewer may do.
VIEWERS_MAY: Mapping[str, str] = {
    "updateMe": "one's own preferences",
    "createApiToken": "one's own token",
    "deleteApiToken": "one's own token; that of somebody else does not exist for a viewer",
    "createOAuthToken": "signing in takes no rights",
    "createCostExport": "an export shows what a viewer sees anyway; reading scope is enough",
}

# Writes that ask for rights only once they run, because those depend on whom the path names.
ASKS_LATE: Mapping[str, str] = {
    "updateUser": "oneself, or anybody for an Owner",
}

# Writes without an audit entry.
UNAUDITED: Mapping[str, str] = {
    "createOAuthToken": "signing in changes no configuration",
    "createCostExport": "an export changes no configuration; it is kept itself, with what was asked for",
}

# Updates that cannot take back what reading answers.
NOT_SENT_BACK: Mapping[str, str] = {
    "updateTag": "reading answers a list of tags, and one at a time is changed",
}

# Lists whose pages cannot be walked by making things: they are worked out.
COMPUTED_LISTS: Mapping[str, str] = {
    "getCosts": "its pages carry the ledger's version instead; the story of the first bill walks them",
}

# Operations that validate what is asked and then refuse it, whatever it is, with what can be done instead.
REFUSES: Mapping[str, str] = {
    "createKubernetesEfficiencyReportExport": "what containers ask for and use is not read yet",
}

# Writes for which reading scope is enough: they only keep what a reader asked for.
READERS_MAY: Mapping[str, str] = {
    "createCostExport": "the contract asks for reading scope",
}
