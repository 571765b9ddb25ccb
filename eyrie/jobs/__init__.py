"""What the clock asks for: a durable queue, its workers, and the work.

Whoever needs a job writes it into the outbox (`store/outbox.py`) in its own transaction. Here it is claimed
under a lease, kept alive by a heartbeat, and finished in the transaction of its own work, so "the work is
committed" and "the job is done" are one fact. A worker that dies loses its lease: another claims the job,
skips the steps that are done, and goes on. What a job does must therefore be repeatable up to that one
transaction.
"""
