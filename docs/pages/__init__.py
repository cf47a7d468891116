"""The pages of the reference, one module for each subject; `pages()` of each gives texts by path."""
