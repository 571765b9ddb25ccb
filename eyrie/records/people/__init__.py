"""Who people are, where they work, what they come with, what they did, and what they say of it."""
