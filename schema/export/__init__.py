"""The published files: tables, encoders and their descriptions."""
