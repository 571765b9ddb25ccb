"""Who people are and where they work: users, workspaces, oneself."""
