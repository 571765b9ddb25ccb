"""From what is asked to a plan, and from the plan's rows to an exact answer."""
