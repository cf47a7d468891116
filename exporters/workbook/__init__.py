"""The record forms of a day as one workbook (XLSX): a cover, a sheet per form, and the evidence they rest on."""

from exporters.workbook.book import workbook

__all__ = ["workbook"]
