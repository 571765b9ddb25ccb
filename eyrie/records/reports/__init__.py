"""What people keep to look at costs: folders, saved filters, cost reports."""
