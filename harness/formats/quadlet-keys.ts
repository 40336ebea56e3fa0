import { suggestName } from '../core/edit-distance.js';
import { MEMORY_DIRECTIVES } from '../systemd/memory-value.js';

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** Keys that podman 5.4.2 knows in each section (pkg/systemd/quadlet/quadlet.go, SupportedKeys). */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  Container: words(`AddCapability AddDevice AddHost Annotation AutoUpdate CgroupsMode ContainerName ContainersConfModule
    DNS DNSOption DNSSearch DropCapability Entrypoint Environment EnvironmentFile EnvironmentHost Exec ExposeHostPort
    GIDMap GlobalArgs Group GroupAdd HealthCmd HealthInterval HealthLogDestination HealthMaxLogCount HealthMaxLogSize
    HealthOnFailure HealthRetries HealthStartPeriod HealthStartupCmd HealthStartupInterval HealthStartupRetries
    HealthStartupSuccess HealthStartupTimeout HealthTimeout HostName IP IP6 Image Label LogDriver LogOpt Mask Mount
    Network NetworkAlias NoNewPrivileges Notify PidsLimit Pod PodmanArgs PublishPort Pull ReadOnly ReadOnlyTmpfs
    RemapGid RemapUid RemapUidSize RemapUsers Rootfs RunInit SeccompProfile Secret SecurityLabelDisable
    SecurityLabelFileType SecurityLabelLevel SecurityLabelNested SecurityLabelType ServiceName ShmSize StartWithPod
    StopSignal StopTimeout SubGIDMap SubUIDMap Sysctl Timezone Tmpfs UIDMap Ulimit Unmask User UserNS VolatileTmp
    Volume WorkingDir`),
  Kube: words(`AutoUpdate ConfigMap ContainersConfModule ExitCodePropagation GlobalArgs KubeDownForce LogDriver LogOpt
    Network PodmanArgs PublishPort RemapGid RemapUid RemapUidSize RemapUsers ServiceName SetWorkingDirectory UserNS
    Yaml`),
  Pod: words(`AddHost ContainersConfModule DNS DNSOption DNSSearch GIDMap GlobalArgs IP IP6 Network NetworkAlias PodName
    PodmanArgs PublishPort RemapGid RemapUid RemapUidSize RemapUsers ServiceName ShmSize SubGIDMap SubUIDMap UIDMap
    UserNS Volume`),
  Volume:
    words(`ContainersConfModule Copy Device Driver GlobalArgs Group Image Label Options PodmanArgs ServiceName Type
    User VolumeName`),
  Network: words(`ContainersConfModule DisableDNS DNS Driver Gateway GlobalArgs Internal IPAMDriver IPRange IPv6 Label
    NetworkName Options PodmanArgs ServiceName Subnet`),
  Image: words(`AllTags Arch AuthFile CertDir ContainersConfModule Creds DecryptionKey GlobalArgs Image ImageTag OS
    PodmanArgs ServiceName TLSVerify Variant`),
  Build:
    words(`Annotation Arch AuthFile ContainersConfModule DNS DNSOption DNSSearch Environment File ForceRM GlobalArgs
    GroupAdd ImageTag Label Network PodmanArgs Pull Retry RetryDelay Secret ServiceName SetWorkingDirectory Target
    TLSVerify Variant Volume`),
};

/** Keys that came later, with the first version of podman that knows each (containers/podman, RELEASE_NOTES.md). */
const LATER: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Container: {
    Memory: '5.5',
    ReloadCmd: '5.5',
    ReloadSignal: '5.5',
    Retry: '5.5',
    RetryDelay: '5.5',
    HttpProxy: '5.7',
    AppArmor: '5.8',
  },
  Pod: { HostName: '5.5', ExitPolicy: '5.6', Label: '5.6', StopTimeout: '5.7' },
  Volume: { UID: '6.0', GID: '6.0' },
  Network: { NetworkDeleteOnStop: '5.5', InterfaceName: '5.6' },
  Image: { Retry: '5.5', RetryDelay: '5.5', Policy: '5.6' },
  Build: { BuildArg: '5.7', IgnoreFile: '5.7' },
};

/** The newest podman whose keys are listed here. */
const NEWEST = '6.0';

/** What podman knows of a key in a quadlet's own section: the first version that does, or the last that is known not to. */
type KeyKnown = 'known' | { readonly since: string } | { readonly upTo: string | undefined; readonly fix: string };

/** Directives of units that people write into a quadlet's own section. */
const OF_UNITS =
  /^(?:OOMPolicy|OOMScoreAdjust|ManagedOOM\w+|CPUQuota|CPUWeight|IOWeight|TasksMax|Slice|Delegate|Restart(?:Sec)?|Type|KillMode|Timeout\w+Sec|ExecStart\w*|ExecStop\w*)$/;

/**
 * Whether podman knows a key, or refuses the whole file for it (quadlet.go, checkForUnknownKeys()). The keys of a section that is
 * newer than podman 5.4.2 are not known here, and all taken for known.
 */
export function findKey(section: string, key: string): KeyKnown {
  const known = KEYS[section];
  if (known === undefined || known.includes(key)) return 'known';
  const later = LATER[section] ?? {};
  const since = later[key];
  if (since !== undefined) return { since };
  if (MEMORY_DIRECTIVES.has(key) || OF_UNITS.test(key))
    return { upTo: undefined, fix: `Write ${key}= under [Service], where systemd reads it.` };
  const fix = 'Remove it, or write the option of podman into PodmanArgs=.';
  return { upTo: NEWEST, fix: suggestName(key, [...known, ...Object.keys(later)], fix) };
}
