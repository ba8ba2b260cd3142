"""From bugs and reports to the dataset's files."""
