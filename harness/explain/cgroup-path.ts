/** Whether a cgroup is below another one, and not the same. `/` and `.` are above all; what is unknown is below none. */
export function isBelow(cgroup: string | undefined, above: string | undefined): boolean {
  if (cgroup === undefined || above === undefined || cgroup === above) return false;
  return above === '/' || above === '.' || cgroup.startsWith(`${above}/`);
}

/** Whether a cgroup is, or is below, one of a name: `web.service`. */
export const isInUnit = (cgroup: string, name: string): boolean => `${cgroup}/`.includes(`/${name}/`);
