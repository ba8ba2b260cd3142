"""One record as text and as value: YAML, canonical form, JSON Schema, effective values, atomic writes."""
