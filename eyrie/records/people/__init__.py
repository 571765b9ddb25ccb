"""Who people are, their teams and tokens, where they work, what they did, and what they say of it."""
