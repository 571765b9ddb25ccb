"""What the clock asks for: a durable queue, its workers, and the work."""
