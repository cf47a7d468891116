"""Small repositories on a host's own disk, so that its package manager has something real to say.

Two packages are installed, `portal-web` and `portal-agent`, and newer versions of them are published, for security or
not. What the image needs beside Debian itself: `rpm`, `createrepo-c`, and `dnf` or `zypper`; nothing for apt.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar

PACKAGES = ("portal-web", "portal-agent")
ADVISORY = "LAB-2026:{number:04d}"

Shell = Callable[[str], str]
"""Runs a script as root where the repository is to be, and raises when it fails; what it printed."""


class Repository(ABC):
    """One repository, and the package manager that reads it."""

    programs: ClassVar[tuple[str, ...]]
    """What asks it; a probe that finds another package manager's program first asks that one."""

    def __init__(self, sh: Shell) -> None:
        self._sh = sh
        self._published = 0

    def lay(self) -> None:
        """Make it, with what is installed and nothing newer."""
        self._begin()
        for package in PACKAGES:
            self._build(package, "1.0", for_security=False)
        self._refresh()
        self._install(*PACKAGES)

    def publish(self, package: str, *, for_security: bool) -> str:
        """A newer version is there, and the host's list of packages knows it. Returns the version."""
        self._published += 1
        version = f"1.{self._published}"
        self._build(package, version, for_security=for_security)
        self._refresh()
        return version

    def upgrade(self, package: str) -> None:
        """Install what was published."""
        self._install(package)

    @abstractmethod
    def hold(self, package: str) -> None:
        """Let no upgrade touch it."""

    @abstractmethod
    def release(self, package: str) -> None:
        """Take back `hold`."""

    @abstractmethod
    def take_away(self) -> None:
        """The host is as it was before `lay`."""

    @abstractmethod
    def _begin(self) -> None: ...

    @abstractmethod
    def _build(self, package: str, version: str, *, for_security: bool) -> None: ...

    @abstractmethod
    def _refresh(self) -> None: ...

    @abstractmethod
    def _install(self, *packages: str) -> None: ...


class AptRepository(Repository):
    """Two of them, that call themselves Debian and Debian-Security; all others are set aside."""

    programs = ("apt-get",)

    def hold(self, package: str) -> None:
        self._sh(f"apt-mark -q hold {package}")

    def release(self, package: str) -> None:
        self._sh(f"apt-mark -q unhold {package}")

    def take_away(self) -> None:
        self._sh(
            f"dpkg --purge {' '.join(PACKAGES)}\n"
            "rm -rf /srv/lab-apt /etc/apt/sources.list.d/lab.list /var/lib/apt/lists/_srv_lab-apt*\n"
            "mv /etc/apt/sources.list.aside /etc/apt/sources.list"
        )

    def _begin(self) -> None:
        self._sh(
            "mv /etc/apt/sources.list /etc/apt/sources.list.aside\n"
            "mkdir -p /srv/lab-apt/main /srv/lab-apt/security /etc/apt/sources.list.d\n"
            'for part in main security; do echo "deb [trusted=yes] file:/srv/lab-apt/$part ./"; done'
            " >/etc/apt/sources.list.d/lab.list"
        )

    def _build(self, package: str, version: str, *, for_security: bool) -> None:
        part = "security" if for_security else "main"
        self._sh(f"""
            set -eu
            cd /srv/lab-apt/{part}; mkdir -p tree/DEBIAN
            cat >tree/DEBIAN/control <<END
Package: {package}
Version: {version}
Architecture: all
Maintainer: Lab <lab@example.org>
Description: a small package of the lab
END
            file={package}_{version}_all.deb
            dpkg-deb --build tree $file >/dev/null
            {{
              cat tree/DEBIAN/control
              echo "Filename: ./$file"
              echo "Size: $(stat -c %s $file)"
              echo "SHA256: $(sha256sum $file | cut -d' ' -f1)"
              echo
            }} >>Packages
            rm -r tree""")

    def _refresh(self) -> None:
        self._sh(r"""
            set -eu
            for part in main security; do
              cd /srv/lab-apt/$part; touch Packages
              case $part in
                main) origin=Debian suite=stable ;;
                security) origin=Debian-Security suite=stable-security ;;
              esac
              {
                printf 'Origin: %s\nLabel: %s\nSuite: %s\nVersion: 12\n' $origin $origin $suite
                printf 'Date: %s\nSHA256:\n' "$(LC_ALL=C date -uR)"
                echo " $(sha256sum Packages | cut -d' ' -f1) $(stat -c %s Packages) Packages"
              } >Release
            done
            # The lists of what is set aside stay.
            apt-get -q -o APT::Get::List-Cleanup=0 update""")

    def _install(self, *packages: str) -> None:
        self._sh(f"DEBIAN_FRONTEND=noninteractive apt-get -q -y install {' '.join(packages)}")


class RpmRepository(Repository):
    """One with advisories, as createrepo_c makes it. rpm keeps its database where other systems have it."""

    definition: ClassVar[str]
    """The file that names it to the package manager."""

    def __init__(self, sh: Shell) -> None:
        super().__init__(sh)
        self._advisories: list[str] = []

    def take_away(self) -> None:
        self._sh(
            f"rpm --force-debian -e {' '.join(PACKAGES)}\n"
            f"rm -rf /srv/lab-rpm {self.definition} /etc/rpm/macros /var/lib/rpm /var/cache/dnf /var/cache/zypp"
        )

    def _begin(self) -> None:
        self._sh(f"""
            set -eu
            mkdir -p /etc/rpm /srv/lab-rpm/packages {self.definition.rpartition("/")[0]}
            echo '%_dbpath /var/lib/rpm' >/etc/rpm/macros
            cat >{self.definition} <<END
[lab-updates]
name=Updates of the lab
baseurl=file:///srv/lab-rpm/packages
enabled=1
gpgcheck=0
END""")

    def _build(self, package: str, version: str, *, for_security: bool) -> None:
        release = "1"
        if for_security:
            self._advisories.append(_advisory(len(self._advisories) + 1, package, version, release))
        self._sh(f"""
            set -eu
            cd /srv/lab-rpm
            cat >{package}.spec <<END
Name: {package}
Version: {version}
Release: {release}
Summary: a small package of the lab
License: MIT
BuildArch: noarch
%description
A small package of the lab.
%files
END
            rpmbuild --quiet --define "_topdir $PWD/build" --define "_rpmdir $PWD/packages" \
              --define '_build_name_fmt %%{{NAME}}-%%{{VERSION}}-%%{{RELEASE}}.%%{{ARCH}}.rpm' -bb {package}.spec
            cat >updateinfo.xml <<END
<?xml version="1.0" encoding="UTF-8"?>
<updates>{"".join(self._advisories)}</updates>
END
            createrepo_c -q packages
            modifyrepo_c updateinfo.xml packages/repodata >/dev/null""")


class DnfRepository(RpmRepository):
    """Read by dnf; one package is held by an exclude, since Debian's version lock cannot stand beside zypper."""

    programs = ("dnf",)
    definition = "/etc/yum.repos.d/lab.repo"

    def upgrade(self, package: str) -> None:
        self._sh(f"dnf -q -y --releasever=12 upgrade {package}")

    def hold(self, package: str) -> None:
        self._sh(f"cp /etc/dnf/dnf.conf /etc/dnf/dnf.conf.aside; echo 'excludepkgs={package}' >>/etc/dnf/dnf.conf")

    def release(self, package: str) -> None:
        self._sh("mv /etc/dnf/dnf.conf.aside /etc/dnf/dnf.conf")

    def _refresh(self) -> None:
        self._sh("dnf -q --releasever=12 makecache --refresh")

    def _install(self, *packages: str) -> None:
        self._sh(f"dnf -q -y --releasever=12 install {' '.join(packages)}")


class ZypperRepository(RpmRepository):
    """Read by zypper."""

    programs = ("zypper",)
    definition = "/etc/zypp/repos.d/lab.repo"

    def hold(self, package: str) -> None:
        self._sh(f"zypper -q addlock {package}")

    def release(self, package: str) -> None:
        self._sh(f"zypper -q removelock {package}")

    def _refresh(self) -> None:
        self._sh("zypper -n -q refresh --force")

    def _install(self, *packages: str) -> None:
        self._sh(f"zypper -n -q install {' '.join(packages)}")


def _advisory(number: int, package: str, version: str, release: str) -> str:
    """In the form of updateinfo.xml."""
    name = ADVISORY.format(number=number)
    return f"""
<update from="lab@example.org" status="stable" type="security" version="1">
  <id>{name}</id><title>{package}: security update</title><release>Lab</release>
  <issued date="2026-11-20 10:00:00"/><updated date="2026-11-20 10:00:00"/>
  <severity>Important</severity><summary>A hole.</summary><description>A hole is closed.</description>
  <references><reference href="https://example.org/CVE-2026-0001" id="CVE-2026-0001" type="cve"/></references>
  <pkglist><collection short="LAB"><name>Lab</name>
    <package name="{package}" version="{version}" release="{release}" epoch="0" arch="noarch" src="{package}.src.rpm">
      <filename>{package}-{version}-{release}.noarch.rpm</filename>
    </package>
  </collection></pkglist>
</update>"""
