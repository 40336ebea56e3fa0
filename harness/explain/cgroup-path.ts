/** Whether a cgroup is below another one, and not the same. `/` and `.` are above all; what is unknown is below none. */
export function isBelow(cgroup: string | undefined, above: string | undefined): boolean {
  if (cgroup === undefined || above === undefined || cgroup === above) return false;
  return above === '/' || above === '.' || cgroup.startsWith(above.endsWith('/') ? above : `${above}/`);
}

/** No path that the kernel takes is longer (Linux, include/uapi/linux/limits.h, PATH_MAX). */
const MAX_PATH = 4096;

/** A cgroup and all above it that its path names, the highest one first. */
export function prefixesOf(cgroup: string): string[] {
  const root = /^[^/]*\//.exec(cgroup) ?? [];
  const ends = [...cgroup.slice(0, MAX_PATH).matchAll(/(?<=.)\//g)].map(({ index }) => index);
  return [...root, ...[...ends, cgroup.length].map((end) => cgroup.slice(0, end))];
}

/** Which of the known cgroups is the highest one above a known one, or the same. */
export function highestOf(cgroup: string, known: ReadonlySet<string>): string {
  return ['/', '.', ...prefixesOf(cgroup)].find((name) => known.has(name)) ?? cgroup;
}

/** Whether a cgroup is, or is below, one of a name: `web.service`. */
export const isInUnit = (cgroup: string, name: string): boolean => `${cgroup}/`.includes(`/${name}/`);
