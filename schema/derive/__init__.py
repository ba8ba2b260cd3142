"""Facts derived from the records: clocks, status, links, similar incidents."""
