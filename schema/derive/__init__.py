"""What follows from the records: clocks, status, links, similar incidents."""
