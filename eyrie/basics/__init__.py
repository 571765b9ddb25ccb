"""Words that the whole house shares: money, days, tokens, closed lists, errors. Imports nothing of ours."""
