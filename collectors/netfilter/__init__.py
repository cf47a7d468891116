"""The rules of netfilter, reduced on the host to what is asked: is input refused by default, how many, which."""

from collectors.netfilter.reduce import OF_IPTABLES, OF_NFT
from collectors.netfilter.ruleset import InputChain, Ruleset, ruleset_of

__all__ = ["OF_IPTABLES", "OF_NFT", "InputChain", "Ruleset", "ruleset_of"]
