"""Where backups lie and which copies are there: sets of files, repositories of restic and its kin, in one form.

A tool is one file in `tools/` that declares its `TOOL`; nothing lists them.
"""

from collectors.backup_sources.copies import Copy, Listing, Obstacle, Obstruction, Source, source_of
from collectors.backup_sources.known import FUNCTIONS, TOOLS, functions, root_commands
from collectors.backup_sources.told import told_by_lines
from collectors.backup_sources.tool import Form, Setting, Tool
from collectors.backup_sources.verdict import Outcome, Verdict, verdict_of

__all__ = [
    "FUNCTIONS",
    "TOOLS",
    "Copy",
    "Form",
    "Listing",
    "Obstacle",
    "Obstruction",
    "Outcome",
    "Setting",
    "Source",
    "Tool",
    "Verdict",
    "functions",
    "root_commands",
    "source_of",
    "told_by_lines",
    "verdict_of",
]
