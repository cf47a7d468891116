"""The keywords of sshd that are passed on. None of them holds a secret; what is not here stays on the host."""

SEVERAL = ("allowgroups", "allowusers", "denygroups", "denyusers", "listenaddress", "port")
"""Keywords that may be given several times, and then all count; of others the first one counts."""

KNOWN = (
    *SEVERAL,
    *("allowagentforwarding", "allowstreamlocalforwarding", "allowtcpforwarding", "authenticationmethods"),
    *("challengeresponseauthentication", "ciphers", "clientalivecountmax", "clientaliveinterval"),
    *("disableforwarding", "gatewayports", "gssapiauthentication", "hostbasedauthentication", "hostkeyalgorithms"),
    *("ignorerhosts", "kbdinteractiveauthentication", "kexalgorithms", "logingracetime", "loglevel", "macs"),
    *("maxauthtries", "maxsessions", "maxstartups", "passwordauthentication", "permitemptypasswords"),
    *("permitrootlogin", "permittunnel", "permituserenvironment", "protocol", "pubkeyauthentication", "strictmodes"),
    *("usepam", "x11forwarding"),
)
