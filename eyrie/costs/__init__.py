"""The stream: bills become line items, line items become answers. No web, no users, no clock."""
