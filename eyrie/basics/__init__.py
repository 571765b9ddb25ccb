"""Words that the whole house shares: money, days, tokens, pages, errors. Imports nothing of ours."""
