/** The task that asked for memory, so that the kernel had to kill. */
export interface Asker {
  readonly comm: string;
  readonly pid?: number;
  /** Name, without path, of its cpuset: mostly of its cgroup. */
  readonly cpuset?: string;
  /**
   * Set where it was not an allocation that failed: `sysrq` if SysRq f was pressed, or /proc/sysrq-trigger written (order -1);
   * `page-fault` is one that was denied memory for whatever reason, as by a limit of kernel memory (gfp_mask 0). Linux
   * 5.15, mm/oom_kill.c, is_sysrq_oom and pagefault_out_of_memory; since 5.16 the latter kills no more.
   */
  readonly oddity?: 'sysrq' | 'page-fault';
}

/** A process that the kernel's OOM killer killed, and why, as far as the log shows it. */
export interface LoggedKill {
  readonly pid: number;
  readonly comm: string;
  /** `CONSTRAINT_...` of Linux, include/linux/oom.h; absent if the log does not show it. */
  readonly constraint?: string;
  /** The cgroup whose limit was reached. */
  readonly memcg?: string;
  /** The cgroup in which the victim was. */
  readonly victimCgroup?: string;
  /** What the kernel logged of the cgroup of the limit: `memory`, and with cgroup v1 `memory+swap` and `kmem`. */
  readonly usages?: readonly Usage[];
  readonly asker?: Asker;
  /** The process that the kernel chose, if one of its children was killed instead. */
  readonly chosen?: { readonly pid: number; readonly comm: string };
  /** Whether the log has the line of its death, and not only of its choice. */
  readonly isSeenDead: boolean;
  /** The cgroup that was killed as a whole, because of `memory.oom.group`. */
  readonly group?: string;
  readonly at?: string;
}

/** Bytes. */
export interface Usage {
  readonly resource: string;
  readonly usage: number;
  readonly limit: number;
}
