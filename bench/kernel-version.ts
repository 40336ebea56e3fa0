/** Whether a kernel is of a version or a later one. @param kernel as uname(1) names it; undefined where it is not known */
export function isKernelFrom(kernel: string | undefined, major: number, minor: number): boolean {
  const [, a, b] = /^(\d+)\.(\d+)/.exec(kernel ?? '') ?? [];
  return Number(a) > major || (Number(a) === major && Number(b) >= minor);
}
