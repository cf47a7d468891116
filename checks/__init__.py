"""Judge: facts and parameters make results. A plain module here is one check; sub-packages are plumbing."""
