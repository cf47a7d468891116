"""Tell: reports become metrics, logs and mail. A plain module here is one exporter; sub-packages are plumbing."""
