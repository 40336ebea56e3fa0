/**
 * A copy without the keys whose value is `undefined`, where those differ from missing keys, as in labels of metrics
 * and in values that replace defaults.
 */
export function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T;
}
