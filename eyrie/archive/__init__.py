"""Where ledger values meet tables: publish, snapshot, sweep, backup. The only place that joins them."""
