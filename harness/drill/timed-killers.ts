import type { Bundle } from '../bundle/bundle.js';

/**
 * Settings of units by which something is killed only after a time: systemd-oomd after 30 s of pressure where oomd.conf(5) says
 * nothing else, a watchdog and a longest running time of the unit's own (systemd.service(5), systemd.resource-control(5)).
 */
const TIMED_SETTING = /^[ \t]*(?:ManagedOOM\w+|WatchdogSec|RuntimeMaxSec)[ \t]*=/m;

/** Packages of Debian with a killer that waits before it acts, and brings its own settings. */
const TIMED_PACKAGES: ReadonlySet<string> = new Set(['systemd-oomd', 'nohang']);

/**
 * Whether something in the guest may kill after it has watched for a while in which nothing moves, so that a silence that
 * stands still proves nothing of what comes. earlyoom is none of these: it looks at what is free, several times a second.
 */
export const hasTimedKiller = ({ files, manifest: { packages = [] } }: Pick<Bundle, 'files' | 'manifest'>): boolean =>
  packages.some((name) => TIMED_PACKAGES.has(name)) || files.some(({ text }) => TIMED_SETTING.test(text));
