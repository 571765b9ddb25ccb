"""Where bills come from, as people keep it: integrations, uploads, marks on tags."""
