"""The families of kernel errors: a closed set, and how each one's messages begin or read."""

from collectors.kernel_families.family import GREP, Family, family_of, subject_of

__all__ = ["GREP", "Family", "family_of", "subject_of"]
