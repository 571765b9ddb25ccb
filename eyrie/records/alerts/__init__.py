"""What tells people something without being asked: notifications, and the messages that carry them."""
