/** What is done with a setting of a service. */
type Treatment = 'drilled' | 'harmless' | 'left-out';

const DRILLED = `cgroup_parent command container_name deploy entrypoint env_file environment extends healthcheck image init
  mem_limit mem_reservation memswap_limit network_mode oom_score_adj ports restart user`;

/** They change nothing of what a drill of one container measures; where those that cgroup v2 ignores are set, their reader says so. */
const HARMLESS = `annotations attach build develop expose hostname domainname label_file labels logging mem_swappiness
  oom_kill_disable profiles pull_policy pull_refresh_after stop_grace_period stop_signal`;

const LEFT_OUT = `blkio_config cap_add cap_drop cgroup configs cpu_count cpu_percent cpu_period cpu_quota cpu_rt_period
  cpu_rt_runtime cpu_shares cpus cpuset credential_spec depends_on device_cgroup_rules devices dns dns_opt dns_search
  external_links extra_hosts gpus group_add ipc isolation links mac_address models networks pid pids_limit platform post_start
  pre_stop privileged provider read_only runtime scale secrets security_opt shm_size stdin_open storage_opt sysctls tmpfs tty
  ulimits use_api_socket userns_mode uts volumes volumes_from working_dir`;

const TREATMENTS: ReadonlyMap<string, Treatment> = new Map(
  (
    [
      [DRILLED, 'drilled'],
      [HARMLESS, 'harmless'],
      [LEFT_OUT, 'left-out'],
    ] as const
  ).flatMap(([names, treatment]) => names.split(/\s+/).map((name) => [name, treatment] as const)),
);

/**
 * What is done with a setting of a service; undefined for one that Compose does not know, and refuses (compose-spec,
 * schema/compose-spec.json, `service`).
 */
export const treatmentOf = (key: string): Treatment | undefined =>
  key.startsWith('x-') ? 'harmless' : TREATMENTS.get(key);
