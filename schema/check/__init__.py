"""Check a dataset: rules, codes of findings, fixes, output formats."""
