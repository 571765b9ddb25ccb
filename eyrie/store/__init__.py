"""The small mutable side: rows, sessions, migrations, the outbox. Knows no rule of the product."""
