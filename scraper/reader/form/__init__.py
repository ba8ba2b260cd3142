"""The report forms: templates, fields, sections, placeholders."""
