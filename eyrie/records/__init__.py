"""What people keep: one file for each family."""
