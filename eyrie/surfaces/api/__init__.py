"""The HTTP doors: /v2, exactly the contract, and /api, ours."""
