"""The dashboard: building blocks for the thin scripts in pages/."""
