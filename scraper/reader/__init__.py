"""From the comments of a bug to its report."""
