"""The tools that make backups, one file each: the file's name is the key in config.yaml, `TOOL` its declaration."""
