import { publishedPorts, type ServingContainer } from '../bundle/container.js';
import { resolveServingUnit } from '../bundle/serving.js';
import { parseBytes } from '../core/bytes.js';
import { parseDuration } from '../core/duration.js';
import { imageArguments, loadImage } from './make-image.js';
import type { Workload, WorkloadKind } from './workload.js';

/** A container that Docker's daemon runs, by the options of `docker run`. */
export const dockerContainer: WorkloadKind = {
  name: 'docker-container',
  serves: ({ manifest }) => manifest.serving.container !== undefined,
  workload(bundle, standIn): Workload {
    const { container, port } = bundle.manifest.serving;
    if (!container) throw new Error(`${bundle.name} has no container`);
    const { name } = container;
    return {
      name,
      serving: resolveServingUnit(bundle),
      standIn,
      files: bundle.files,
      links: new Map(),
      account: undefined,
      build: ['sh', '-c', BUILD, 'sh', ...imageArguments(imageOf(container), container.image)],
      start: ['sh', '-c', START, 'sh', name, ...listCreateArguments(container, port)],
      // Nothing else reads its settings than the daemon, when it creates the container.
      verify: ['true'],
      supervisor: {
        name: 'Docker',
        show: ['docker', 'inspect', '--type=container', `--format=${SHOW}`, name],
        lastWords: ['docker', 'logs', '--tail=5', name],
      },
      locate(cgroup) {
        const [found, unit] = /^.*\/(docker-[0-9a-f]+\.scope)(?=\/|$)/.exec(cgroup) ?? [];
        return found === undefined || unit === undefined ? undefined : { unit, cgroup: found };
      },
      isContainer: true,
    };
  },
};

/** The name of its image in the guest. */
const imageOf = ({ name }: ServingContainer): string => `localhost/oomdrill-${name.toLowerCase()}:latest`;

const BUILD = `
set -e
systemctl start docker.service
${loadImage('docker')}`;

/**
 * Creates the container $1 anew and starts it with cold caches: page cache is charged to the cgroup that read it first, and the
 * server's program text must be charged to the server.
 */
const START = `
set -e
name=$1
shift
systemctl start docker.service
docker rm --force "$name" >/dev/null 2>&1 || true
docker create --name "$name" "$@" >/dev/null
sync; echo 3 >/proc/sys/vm/drop_caches
docker start "$name" >/dev/null
docker inspect --format='{{.State.Pid}}' "$name"`;

/**
 * How a container stands, as \`systemctl show\` says it of a service. OOMKilled counts for one that ended alone: Docker sets it as
 * soon as anything in the container is killed, and it stays so while the server lives (moby/moby, daemon/monitor.go, EventOOM).
 */
const SHOW = [
  'MainPID={{.State.Pid}}',
  'NRestarts={{.RestartCount}}',
  'ActiveState={{if .State.Restarting}}activating{{else if .State.Running}}active{{else if .State.ExitCode}}failed{{else}}inactive{{end}}',
  'SubState={{.State.Status}}{{if not .State.Running}} with status {{.State.ExitCode}}{{end}}',
  'Result={{if .State.Running}}success{{else if .State.OOMKilled}}oom-kill{{else if .State.ExitCode}}exit-code{{else}}success{{end}}',
  'Health={{if .State.Health}}{{.State.Health.Status}}{{end}}',
].join('\n');

/** The arguments of `docker create`, but for the name. */
function listCreateArguments(container: ServingContainer, port: number): string[] {
  const { healthCheck: health, environment = {}, command = [] } = container;
  const inBytes = (text: string | undefined) => (text === undefined || text === '-1' ? text : String(parseBytes(text)));
  // Docker does not know all of systemd's notation.
  const inMs = (text: string | undefined) => (text === undefined ? undefined : `${parseDuration(text)}ms`);
  const options: readonly (readonly [string, string | number | undefined])[] = [
    ['entrypoint', container.entrypoint],
    ['user', container.user],
    ...Object.entries(environment).map(([key, value]) => ['env', `${key}=${value}`] as const),
    ...publishedPorts(container, port).map((ports) => ['publish', ports] as const),
    ['network', container.network],
    ['memory', inBytes(container.memory)],
    ['memory-swap', inBytes(container.memorySwap)],
    ['memory-reservation', inBytes(container.memoryReservation)],
    ['oom-score-adj', container.oomScoreAdj],
    ['restart', container.restart],
    ['health-cmd', health?.command],
    ['health-interval', inMs(health?.interval)],
    ['health-timeout', inMs(health?.timeout)],
    ['health-retries', health?.retries],
    ['cgroup-parent', container.cgroupParent],
  ];
  const given = options.flatMap(([key, value]) => (value === undefined ? [] : [`--${key}=${value}`]));
  return [...given, ...(container.init ? ['--init'] : []), imageOf(container), ...command];
}
