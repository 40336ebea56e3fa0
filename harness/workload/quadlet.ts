import type { Bundle } from '../bundle/bundle.js';
import { findQuadlet } from '../bundle/quadlet.js';
import { imageArguments, loadImage } from './make-image.js';
import { systemdService } from './systemd-service.js';
import type { Workload, WorkloadKind } from './workload.js';

/** A container that Podman's generator makes a service of, from a `.container` file. */
export const quadlet: WorkloadKind = {
  name: 'quadlet',
  serves: (bundle) => quadletOf(bundle) !== undefined,
  workload(bundle, standIn, options): Workload {
    const { image } = bundle.manifest.serving;
    const found = quadletOf(bundle);
    const service = systemdService.workload(bundle, standIn, options);
    const { cgroup } = service.serving;
    const unit = service.serving.unit.name;
    return {
      ...service,
      build: ['sh', '-c', BUILD, 'sh', ...imageArguments(found?.image ?? '', image ?? {})],
      start: ['sh', '-c', START, 'sh', unit, cgroup],
      // systemd-analyze(1) does not see what a generator makes; the generator itself says what it refuses when the unit is missing.
      verify: ['true'],
      supervisor: {
        name: 'systemd',
        show: ['sh', '-c', SHOW, 'sh', unit, cgroup],
        lastWords: ['sh', '-c', LAST_WORDS, 'sh', unit],
      },
      locate: (payload) => (payload.startsWith(`${cgroup}/`) ? { unit, cgroup, inner: payload } : undefined),
      isContainer: true,
    };
  },
};

const quadletOf = (bundle: Bundle) => findQuadlet(bundle, bundle.manifest.serving.unit ?? '');

/** In our own guests generators are masked (guest/image/customize.sh): each costs time at every daemon-reload. */
const BUILD = `${loadImage('podman', 'rm -f /etc/systemd/system-generators/podman-system-generator')}
systemctl daemon-reload`;

/** What runs in the container, below the cgroup $2 of the service (podman-run(1), `--cgroups=split`): the first of it. */
const FIRST = 'cat "/sys/fs/cgroup$2"/libpod-payload-*/cgroup.procs 2>/dev/null | sort -n | head -n 1';

const START = `
systemctl stop "$1" 2>/dev/null; sync; echo 3 >/proc/sys/vm/drop_caches
systemctl start "$1" && ${FIRST}`;

/** The main process of such a service is Podman's conmon, which only waits; what serves is the first process in the container. */
const SHOW = `
systemctl show "$1" --property=NRestarts,ActiveState,SubState,Result
echo "MainPID=$(${FIRST})"`;

const LAST_WORDS = `
[ "$(systemctl show "$1" --property=LoadState --value)" = loaded ] ||
  /usr/lib/systemd/system-generators/podman-system-generator --dryrun 2>&1 >/dev/null | tail -n 3
# What Podman itself said is more than that the unit failed.
journalctl --no-pager --output=cat --lines=100 --unit="$1" | grep -i error | tail -n 3`;
