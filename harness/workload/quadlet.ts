import { servingQuadlet } from '../bundle/quadlet.js';
import { imageArguments, loadImage } from './make-image.js';
import { systemdService } from './systemd-service.js';
import type { Workload, WorkloadKind } from './workload.js';

/** A container that Podman's generator makes a service of, from a `.container` file: of the system's manager, or of a user's own. */
export const quadlet: WorkloadKind = {
  name: 'quadlet',
  serves: (bundle) => servingQuadlet(bundle) !== undefined,
  workload(bundle, standIn, options): Workload {
    const { image, uid } = bundle.manifest.serving;
    const found = servingQuadlet(bundle);
    const service = systemdService.workload(bundle, standIn, options);
    const { cgroup } = service.serving;
    const unit = service.serving.unit.name;
    const owner = uid === undefined ? SYSTEM : ofUser(uid);
    const script = (text: string) => ['sh', '-c', `${owner.commands}\n${text}`, 'sh'];
    return {
      ...service,
      build: [...script(`set -e\n${owner.prepare}\n${BUILD}`), ...imageArguments(found?.image ?? '', image ?? {})],
      start: [...script(START), unit, cgroup],
      // systemd-analyze(1) does not see what a generator makes; the generator itself says what it refuses when the unit is missing.
      verify: ['true'],
      supervisor: {
        name: 'systemd',
        show: [...script(SHOW), unit, cgroup],
        lastWords: [...script(LAST_WORDS), unit],
      },
      locate: (payload) => (payload.startsWith(`${cgroup}/`) ? { unit, cgroup, inner: payload } : undefined),
      isContainer: true,
    };
  },
};

/** Whose quadlet it is, as lines of a shell's script that root runs. */
interface Owner {
  /** Define `ctl`, which asks the manager; `as_owner`, which runs a command; and `journal`, which prints what is logged of a unit. */
  readonly commands: string;
  /** Has the generator be there when the manager is loaded again, and the manager itself. */
  readonly prepare: string;
}

const SYSTEM: Owner = {
  commands: `
generator=/usr/lib/systemd/system-generators/podman-system-generator
as_owner() { "$@"; }
ctl() { systemctl "$@"; }
journal() { journalctl --no-pager --output=cat --lines=100 --unit="$1"; }`,
  // In our own guests generators are masked (guest/image/customize.sh): each costs time at every daemon-reload.
  prepare: 'rm -f /etc/systemd/system-generators/podman-system-generator',
};

/**
 * A user's own manager is there without a login where the user lingers (loginctl(1)). A user of the guest that has no range of UIDs
 * for user namespaces gets one (subuid(5)): without it Podman runs no image with more than one owner. It looks that up by USER.
 */
const ofUser = (uid: number): Owner => ({
  commands: `
uid=${uid}
generator=/usr/lib/systemd/user-generators/podman-user-generator
as_owner() {
  IFS=: read -r name _ _ gid _ home _ <<EOF
$(getent passwd "$uid")
EOF
  setpriv --reuid="$uid" --regid="$gid" --init-groups \\
    env --chdir=/ USER="$name" LOGNAME="$name" HOME="$home" XDG_RUNTIME_DIR="/run/user/$uid" "$@"
}
ctl() { as_owner systemctl --user "$@"; }
journal() { journalctl --no-pager --output=cat --lines=100 "USER_UNIT=$1" + "_SYSTEMD_USER_UNIT=$1"; }`,
  prepare: `
getent passwd "$uid" >/dev/null || useradd --create-home --uid "$uid" "user-$uid"
name=$(id -nu "$uid")
grep -q "^$name:" /etc/subuid || usermod --add-subuids 10000000-10065535 --add-subgids 10000000-10065535 "$name"
loginctl enable-linger "$name"
systemctl start "user@$uid.service"`,
});

const BUILD = `${loadImage('as_owner podman')}
ctl daemon-reload`;

/** What runs in the container, below the cgroup $2 of the service (podman-run(1), `--cgroups=split`): the first of it. */
const FIRST = 'cat "/sys/fs/cgroup$2"/libpod-payload-*/cgroup.procs 2>/dev/null | sort -n | head -n 1';

const START = `
ctl stop "$1" 2>/dev/null; sync; echo 3 >/proc/sys/vm/drop_caches
ctl start "$1" && ${FIRST}`;

/** The main process of such a service is Podman's conmon, which only waits; what serves is the first process in the container. */
const SHOW = `
ctl show "$1" --property=NRestarts,ActiveState,SubState,Result
echo "MainPID=$(${FIRST})"`;

const LAST_WORDS = `
[ "$(ctl show "$1" --property=LoadState --value)" = loaded ] ||
  as_owner "$generator" --dryrun 2>&1 >/dev/null | tail -n 3
# What Podman itself said is more than that the unit failed.
journal "$1" | grep -i error | tail -n 3`;
