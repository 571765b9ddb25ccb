"""Who asks, in which workspace, and what they may do."""
