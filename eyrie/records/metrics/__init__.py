"""Business metrics: what a company counts besides its costs, and on which reports it stands."""
