"""The record forms of the maintenance manual: declared as data, filled from a day's record."""
