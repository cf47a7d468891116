"""What an organisation lets sshd be told."""

from checks.sshd_policy.policy import ALGORITHMS, MAY_BE_UNSET, POLICY, Allowed, Keyword, fits, policy_of

__all__ = ["ALGORITHMS", "MAY_BE_UNSET", "POLICY", "Allowed", "Keyword", "fits", "policy_of"]
