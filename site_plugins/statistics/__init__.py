"""Medians, comparisons and tables over all incidents."""
