import type { ServingPod } from '../../bundle/pod.js';
import { argumentsOf, environmentOf } from '../../bundle/pod-manifest.js';
import { type NodeContainer, type NodePod, placeOnNode } from '../../bundle/pod-on-node.js';
import { resolveServingUnit } from '../../bundle/serving.js';
import { dig, scalarOf } from '../../formats/located.js';
import { DISABLE_UNITS_OF_PACKAGES, MAKE_IMAGE_PROGRAM } from '../make-image.js';
import type { Workload, WorkloadKind } from '../workload.js';
import { CRI_PROGRAM } from './cri-program.js';

/** A pod, as the kubelet makes one through containerd and runc. No kubelet runs. */
export const podWorkload: WorkloadKind = {
  name: 'pod',
  serves: ({ manifest }) => manifest.serving.pod !== undefined,
  workload(bundle, standIn): Workload {
    const { pod } = bundle.manifest.serving;
    if (!pod) throw new Error(`${bundle.name} has no pod`);
    const onNode = placeOnNode(bundle, pod);
    const { name } = onNode.serving.written;
    const ofRuntime = (verb: string) => [CRI_PROGRAM, SOCKET, verb, SPEC, name];
    return {
      name,
      serving: resolveServingUnit(bundle),
      standIn,
      files: [
        ...bundle.files,
        ...onNode.slices,
        { path: below(SETTINGS), text: CONTAINERD_SETTINGS },
        { path: below(SPEC), text: JSON.stringify(describePod(onNode, pod), undefined, 2) },
      ],
      links: new Map(),
      account: undefined,
      build: ['sh', '-c', BUILD, 'sh', ...sourceOf(pod, onNode)],
      start: ['sh', '-c', START, 'sh', onNode.slice, ...ofRuntime('run')],
      verify: ['systemd-analyze', 'verify', '--man=no', onNode.slice],
      supervisor: {
        name: 'containerd',
        show: ofRuntime('show'),
        lastWords: ['tail', '--lines=5', `${LOGS}/${name}.log`],
      },
      locate(cgroup) {
        const [found, unit] = /^.*\/(cri-containerd-[0-9a-f]+\.scope)(?=\/|$)/.exec(cgroup) ?? [];
        return found === undefined || unit === undefined ? undefined : { unit, cgroup: found };
      },
      isContainer: true,
    };
  },
};

/** A containerd of our own: that of the host, which Docker or a kubelet may use, is left alone. */
const DIR = '/var/lib/oomdrill/pod';
const SETTINGS = `${DIR}/containerd.toml`;
const SPEC = `${DIR}/spec.json`;
const RUN_DIR = '/run/oomdrill/pod';
const SOCKET = `${RUN_DIR}/containerd.sock`;
const LOGS = `${RUN_DIR}/logs`;

const below = (path: string): string => path.slice(1);

/** All containers have one image, unless an archive has several: then each has that of its name there. */
const IMAGE = 'localhost/oomdrill-pod:latest';
const SANDBOX_IMAGE = 'localhost/oomdrill-sandbox:latest';

/** In the form of version 2, which containerd 1.6 to 2.x reads. */
const CONTAINERD_SETTINGS = `version = 2
root = "${DIR}/root"
state = "${RUN_DIR}/state"
[grpc]
  address = "${SOCKET}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${SANDBOX_IMAGE}"
  disable_apparmor = true
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
  SystemdCgroup = true
`;

const START_CONTAINERD = `
mkdir -p ${LOGS}
systemctl is-active --quiet oomdrill-containerd.service || systemd-run --quiet --collect --unit=oomdrill-containerd \\
  --service-type=notify --property=Delegate=yes --property=KillMode=process containerd --config ${SETTINGS}`;

/**
 * Makes the image of the sandbox, with the packages for the containers in it, or loads those of an archive: nothing is pulled. To
 * make an image takes an emulated guest half a minute, so one is made.
 */
const BUILD = `
set -e
kind=$1
shift
if [ "$kind" = packages ]; then packages=$*; else packages=; fi
${START_CONTAINERD}
ctr() { command ctr --address ${SOCKET} --namespace k8s.io "$@"; }
load() { ctr images import "$1" | sed -nE 's/^unpacking ([^ ]+) .*/\\1/p'; }
archive=${DIR}/image.tar
IMAGE_COMMAND='["/bin/busybox","sleep","2147483647"]' ${MAKE_IMAGE_PROGRAM} ${SANDBOX_IMAGE} "$archive" busybox-static $packages
load "$archive" >/dev/null
if [ "$kind" = packages ]; then
  ctr images tag --force ${SANDBOX_IMAGE} ${IMAGE} >/dev/null
  ${DISABLE_UNITS_OF_PACKAGES}
else
  loaded=$(load "$1")
  shift
  [ -n "$loaded" ] || { echo "it must be an archive of images" >&2; exit 1; }
  for image; do
    [ -z "$(ctr images list --quiet "name==$image")" ] || continue
    [ "$(echo "$loaded" | wc -l)" = 1 ] || { echo "the archive has $(echo $loaded), and not $image" >&2; exit 1; }
    ctr images tag "$loaded" "$image" >/dev/null
  done
fi
rm -f "$archive"`;

/** What the kubelet does first is to make the slice; cold caches are for the reason that Docker's containers have. */
const START = `
set -e
slice=$1
shift
${START_CONTAINERD}
systemctl start "$slice"
sync; echo 3 >/proc/sys/vm/drop_caches
"$@"`;

function sourceOf({ image: { packages = [], archive } }: ServingPod, { containers }: NodePod): readonly string[] {
  if (archive === undefined) return ['packages', ...packages];
  return ['archive', `/${archive}`, ...new Set(containers.map((each) => fullImageName(imageOf(each))))];
}

const imageOf = ({ written }: NodeContainer): string => scalarOf(dig(written.value, 'image')) ?? '';

/** As containerd names images (distribution/reference, ParseNormalizedNamed()): `redis` is docker.io/library/redis:latest. */
function fullImageName(name: string): string {
  const [first = '', ...rest] = name.split('/');
  const hasHost = rest.length > 0 && /[.:]|^localhost$/.test(first);
  const full = hasHost ? name : rest.length > 0 ? `docker.io/${name}` : `docker.io/library/${name}`;
  return /[:@][^/]*$/.test(full) ? full : `${full}:latest`;
}

/** The namespaces of a pod in the network of its node, as CRI has them (NamespaceMode). */
const NAMESPACES = { network: 2, pid: 1, ipc: 0 };

/** The pod in the words of CRI (kubernetes, pkg/kubelet/kuberuntime, generatePodSandboxConfig() and generateContainerConfig()). */
function describePod({ name, namespace, uid, slice, containers }: NodePod, { image: { archive } }: ServingPod) {
  const labels = {
    'io.kubernetes.pod.name': name,
    'io.kubernetes.pod.namespace': namespace,
    'io.kubernetes.pod.uid': uid,
  };
  return {
    sandbox: {
      metadata: { name, uid, namespace },
      log_directory: LOGS,
      labels,
      linux: { cgroup_parent: slice, security_context: { namespace_options: NAMESPACES } },
    },
    containers: containers.map((each) => ({
      metadata: { name: each.written.name },
      image: { image: archive === undefined ? IMAGE : fullImageName(imageOf(each)) },
      command: argumentsOf(each.written, 'command'),
      args: argumentsOf(each.written, 'args'),
      working_dir: scalarOf(dig(each.written.value, 'workingDir')),
      envs: environmentOf(each.written),
      labels: { ...labels, 'io.kubernetes.container.name': each.written.name },
      log_path: `${each.written.name}.log`,
      linux: {
        resources: resourcesOf(each),
        security_context: { namespace_options: NAMESPACES, run_as_user: userOf(each) },
      },
    })),
  };
}

/** kubernetes, pkg/kubelet/kuberuntime/kuberuntime_container_linux.go, generateLinuxContainerResources(). */
function resourcesOf({ max, high, protection, killsAsGroup, oomScoreAdj, cpuShares, cpuQuota }: NodeContainer) {
  return {
    cpu_period: 100_000,
    cpu_quota: cpuQuota || undefined,
    cpu_shares: cpuShares,
    memory_limit_in_bytes: max,
    // Memory and swap together: without a swap of its own.
    memory_swap_limit_in_bytes: max,
    oom_score_adj: oomScoreAdj,
    unified: {
      ...(protection && { [`memory.${protection.file}`]: String(protection.bytes) }),
      ...(high !== undefined && { 'memory.high': String(high) }),
      ...(killsAsGroup && { 'memory.oom.group': '1' }),
    },
  };
}

function userOf({ written }: NodeContainer) {
  const text = scalarOf(dig(written.value, 'securityContext', 'runAsUser'));
  return text === undefined ? undefined : { value: Number(text) };
}
