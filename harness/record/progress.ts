import { formatBytes } from '../core/bytes.js';
import type { EntryOf, HogState, InjectionProgress } from './schema.js';

/** What a memory hog's own figures say of its progress. */
export const hogProgress = ({ state, pid, task, touchedBytes }: HogState): InjectionProgress => ({
  state,
  pid,
  task,
  value: touchedBytes,
  unit: 'bytes',
});

/** How far the injection of this name is, by a sample; records of before there were several kinds hold figures of hogs alone. */
export function progressIn(
  { progress, hogs }: Pick<EntryOf<'sample'>, 'progress' | 'hogs'>,
  name: string,
): InjectionProgress | undefined {
  const hog = hogs?.[name];
  return progress?.[name] ?? (hog && hogProgress(hog));
}

/** A quantity with its unit, for people: `1.54G`, `200 processes`. */
export const formatQuantity = (value: number, unit: string): string =>
  unit === 'bytes' ? formatBytes(value) : `${value} ${unit}`;
