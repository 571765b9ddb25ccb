"""Who people are and where they work: users, workspaces, oneself, and the tokens they come with."""
