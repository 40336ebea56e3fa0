/** A copy without the keys whose value is `undefined`: for what tells a missing key from an undefined one, such as labels of a metric. */
export function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T;
}
