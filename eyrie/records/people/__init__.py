"""Who people are and where they work: users, teams, workspaces, oneself, and the tokens they come with."""
