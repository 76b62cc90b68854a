"""The pages of deploy/, followed to the letter: their own commands are run, in containers of Debian's packages."""

import os
import re
import shutil
import subprocess
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.fixtures.process import free_port

pytestmark = pytest.mark.interop

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
BASE = "docker.io/library/debian:trixie-slim"
ARCHIVE = "http://deb.debian.org/debian"
ADDRESS = "127.0.0.1:8501"
UNITS = ("swathe.service", "swathe-update.service", "swathe-update.timer")
Run = Callable[[str], subprocess.CompletedProcess[str]]

# Where this machine is a container itself: limits may not be raised, and cgroups are no longer or not yet ours.
BOUND = """[containers]
default_ulimits = ["nofile=8192:8192", "nproc=8192:8192"]
cgroups = "disabled"
"""


def blocks(page: str) -> list[str]:
    """Give the commands of a page, block by block."""
    text = (DEPLOY / page).read_text(encoding="utf-8")
    found = [textwrap.dedent(block) for block in re.findall(r"^ *```sh\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)]
    assert found
    return found


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy what a clone would hold: the pages' commands leave files in it."""
    folder = tmp_path_factory.mktemp("checkout")
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT,
                            check=True, capture_output=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Iterator[Run]:
    """Run a script in the checkout with a Podman of its own, which has Debian's base image and nothing else."""
    for program in ("podman", "debootstrap"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed; tools/office.sh does so")
    if os.geteuid() != 0:
        pytest.skip("debootstrap makes the base image as root alone")
    folder = tmp_path_factory.mktemp("podman")
    (folder / "storage.conf").write_text(f'[storage]\ndriver = "overlay"\ngraphroot = "{folder}/graph"\n'
                                         f'runroot = "{folder}/run"\n')
    (folder / "bound.conf").write_text(BOUND)
    environment = {**os.environ, "CONTAINERS_STORAGE_CONF": str(folder / "storage.conf")}

    def script(commands: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*namespace, "bash", "-euo", "pipefail", "-c", commands], cwd=checkout, text=True,
                              capture_output=True, check=False, timeout=900, env=environment)

    namespace: list[str] = []
    base = folder / "base"
    made = script(f"debootstrap --variant=minbase trixie {base} {ARCHIVE}")
    if made.returncode:
        pytest.skip(f"no base image could be made: {(made.stdout + made.stderr).strip().splitlines()[-1]}")
    _trust_as_here(base)
    assert script(f"tar -C {base} -c . | podman import - {BASE}").returncode == 0
    tried = script(f"podman run --rm {BASE} true")
    if tried.returncode:
        environment["CONTAINERS_CONF"] = str(folder / "bound.conf")
        namespace += ["unshare", "--mount", "sh", "-c", 'umount /sys/fs/cgroup/unified 2>/dev/null; exec "$@"', "sh"]
        tried = script(f"podman run --rm {BASE} true")
    if tried.returncode:
        _take_away(folder)
        pytest.skip(f"no container can be run here: {tried.stderr.strip().splitlines()[-1]}")
    yield script
    script("podman rm --all --force --time 5")
    _take_away(folder)


def _take_away(folder: Path) -> None:
    """Remove what Podman made; it leaves its store mounted upon itself."""
    for mounted in (folder / "graph" / "overlay", folder / "run"):
        subprocess.run(["umount", "--lazy", "--recursive", str(mounted)], check=False, capture_output=True)
    shutil.rmtree(folder, ignore_errors=True)


def _trust_as_here(base: Path) -> None:
    """Let the image trust the certificates that this machine was given by hand, as of a proxy that looks in."""
    own = Path("/usr/local/share/ca-certificates")
    if own.is_dir() and any(own.iterdir()):
        shutil.copytree(own, base / "usr/local/share/ca-certificates", dirs_exist_ok=True)
        (base / "etc/pip.conf").write_text("[global]\ncert = /etc/ssl/certs/ca-certificates.crt\n")


def said(done: subprocess.CompletedProcess[str]) -> str:
    return f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"


def test_the_app_in_a_container_has_no_rights_and_writes_nowhere(run: Run) -> None:
    steps = blocks("container/README.md")
    assert steps[-1].startswith("podman stop")
    here = f"127.0.0.1:{free_port()}"     # a machine may have something at the page's
    probes = """
        echo == probes
        podman exec swathe id -u
        podman exec swathe grep -E '^(CapEff|NoNewPrivs)' /proc/1/status
        podman exec swathe sh -c 'touch /opt/swathe/app/x /editions/x /var/tmp/x 2>&1; touch /tmp/x && echo a file made'
        curl --silent --fail http://ADDRESS/place/E07000047 --output page.html
        grep -o '<h1>[^<]*' page.html
    """
    done = run("\n".join([*steps[:-1], probes, steps[-1]]).replace("ADDRESS", here).replace(ADDRESS, here))
    assert done.returncode == 0, said(done)
    told = done.stdout.partition("== probes")[2]
    assert "10001\n" in told
    assert re.search(r"CapEff:\s0+\n", told)
    assert re.search(r"NoNewPrivs:\s1\n", told)
    assert told.count("Read-only file system") == 3
    assert "a file made" in told
    assert "<h1>West Devon" in told
    assert re.search(r"starter-[0-9a-f]{12}", done.stdout)     # /ready


def test_two_processes_in_a_container(run: Run) -> None:
    here = f"127.0.0.1:{free_port()}"
    start, ready = (block for block in blocks("container/README.md") if "--detach" in block or "--retry" in block)
    stop = blocks("container/README.md")[-1]
    running = """podman exec swathe sh -c 'for one in /proc/[0-9]*/cmdline; do tr "\\0" " " <$one; echo; done'"""
    commands = [f"{start.rstrip()} --workers 2", ready, running, stop]
    done = run("\n".join(commands).replace(ADDRESS, here))
    assert done.returncode == 0, said(done)
    assert done.stdout.count("-m pages.server.worker ") == 2
    assert "nginx: master process" in done.stdout


# Stands in for systemd, which no container here has: it runs the unit's command as the unit's user, without rights.
STAND_IN = r"""
unit() { sed -n "s/^$2=//p" "/etc/systemd/system/$1"; }
as_unit() {
    local one=$1; shift
    (cd "$(unit "$one" WorkingDirectory)"
     exec env -i PATH=/usr/bin:/bin $(grep -v '^#' "$(unit "$one" EnvironmentFile)" || :) $(unit "$one" Environment) \
        setpriv --reuid "$(unit "$one" User)" --regid "$(unit "$one" Group)" --clear-groups --no-new-privs \
        --inh-caps=-all --bounding-set=-all $(unit "$one" ExecStart) "$@")
}
systemctl() {
    echo "systemctl $*"
    if [ "$1" = enable ]; then as_unit swathe.service >/tmp/app.log 2>&1 & fi
}
"""
AFTER = r"""
echo == probes
apt-get install --yes --no-install-recommends systemd >/dev/null 2>&1
systemd-analyze verify --man=no /etc/systemd/system/swathe.service /etc/systemd/system/swathe-update.* && echo verified
ps -o user=,args= -C python,nginx 2>/dev/null || for each in /proc/[0-9]*; do
    tr '\0' ' ' <"$each/cmdline" | grep -q 'geo serve' && stat --format %U "$each" && grep CapEff "$each/status"
done
as_unit swathe-update.service census-residents --from-mirror http://127.0.0.1:9 --timeout 1 ||
    echo "update ended with $?"
ls -A /var/lib/swathe/editions
curl --silent --fail http://127.0.0.1:8501/ready
"""


def test_the_app_as_a_unit_runs_by_its_pages_commands(run: Run, checkout: Path) -> None:
    lines = "\n".join([STAND_IN, *blocks("systemd/README.md"), AFTER])
    (checkout / "as-the-page-says.sh").write_text(f"set -eu\nexport DEBIAN_FRONTEND=noninteractive\n{lines}")
    done = run(f"podman run --rm --volume {checkout}:/checkout --workdir /checkout {BASE} bash as-the-page-says.sh")
    assert done.returncode == 0, said(done)
    told = done.stdout.partition("== probes")[2]
    assert "systemctl enable --now swathe.service swathe-update.timer" in done.stdout
    assert "verified" in told, said(done)
    assert "swathe\n" in told
    assert re.search(r"CapEff:\s0+\n", told)
    assert re.search(r"update ended with [12]\nstarter\n", told), said(done)
    assert re.search(r"starter-[0-9a-f]{12}", told)     # the old edition is still served


@pytest.mark.parametrize("unit", [unit for unit in UNITS if unit.endswith(".service")])
def test_a_units_exposure_is_low(unit: str) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    rated = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", str(DEPLOY / "systemd" / unit)],
        capture_output=True, text=True, check=False)
    assert rated.returncode == 0, rated.stdout[-2000:]
