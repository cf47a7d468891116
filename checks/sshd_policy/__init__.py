"""What an organisation lets sshd be told."""

from checks.sshd_policy.policy import ALGORITHMS, POLICY, Allowed, Keyword, fits, policy_of

__all__ = ["ALGORITHMS", "POLICY", "Allowed", "Keyword", "fits", "policy_of"]
