"""The record forms of a day as one workbook (XLSX): a cover, a sheet per form, and the evidence they rest on."""
