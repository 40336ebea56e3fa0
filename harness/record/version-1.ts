import { ifObject, isObject, type JsonObject, mapKey, renameKeys } from '../core/format.js';

/**
 * Converts records of the first version, `oomdrill.record/1`. In these an injection without a kind is a memory hog, and
 * entries of a sidecar have the type `beside`.
 */

const KILLED: Readonly<Record<string, string>> = { nobody: 'none', hog: 'injections', 'some-hog': 'some-injections' };

/** Converts an expectation of version 1 to version 2. */
function upgradeExpectation(old: JsonObject): JsonObject {
  const renamed = renameKeys(old, { besideGapMs: 'sidecarGapMs' });
  return mapKey(renamed, 'killed', (killed) => KILLED[String(killed)] ?? killed);
}

/** Converts the header of a record of version 1 to version 2. */
export const upgradeHeader = (old: JsonObject): JsonObject =>
  mapKey(
    old,
    'scenario',
    ifObject((scenario) => mapKey(scenario, 'expect', ifObject(upgradeExpectation))),
  );

/** Converts another entry of version 1 to version 2. An invalid entry is left alone: the schema reports what is wrong. */
export function upgradeEntry(value: unknown): unknown {
  if (!isObject(value)) return value;
  switch (value.type) {
    case 'injection':
      return { kind: 'memory-hog', words: { noun: 'hog', verb: 'grow' }, ...renameKeys(value, { hog: 'name' }) };
    case 'sample':
      return upgradeSample(value);
    case 'beside':
      return { ...value, type: 'sidecar' };
    default:
      return value;
  }
}

/** At first, version 1 had a key `hogs` with other names; later it had `hogs` and `progress`. */
function upgradeSample({ hogs, ...sample }: JsonObject): JsonObject {
  const progress = isObject(sample.progress) ? { ...sample.progress } : {};
  for (const [name, hog] of Object.entries(isObject(hogs) ? hogs : {})) progress[name] ??= upgradeHogState(hog);
  return { ...sample, progress };
}

function upgradeHogState(hog: unknown): unknown {
  if (!isObject(hog)) return hog;
  const { state, pid, task, touchedBytes, signal, exitCode } = hog;
  const progress: Record<string, unknown> = { state, pid, task, value: touchedBytes, unit: 'bytes' };
  if (state === 'killed') progress.signal = signal;
  if (state === 'exited' || state === 'failed') progress.exitCode = exitCode;
  return progress;
}
