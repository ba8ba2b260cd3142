"""What is wrong with a dataset: rules, codes, fixes, output formats."""
