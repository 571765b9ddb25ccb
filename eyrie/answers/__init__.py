"""What is computed when asked."""
