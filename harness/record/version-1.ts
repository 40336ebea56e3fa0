import { isObject, type JsonObject, mapKey, renameKeys } from '../core/format.js';

/**
 * Records of the first version, `oomdrill.record/1`, as their oomdrill wrote them. Such records hold nothing but memory hogs unless
 * they say so, and a unit next to the serving one is called `beside` in them.
 */

const KILLED: Readonly<Record<string, string>> = { nobody: 'none', hog: 'injections', 'some-hog': 'some-injections' };

/** An expectation of version 1 in today's names. */
function upgradeExpectation(old: JsonObject): JsonObject {
  const renamed = renameKeys(old, { besideGapMs: 'sidecarGapMs' });
  return mapKey(renamed, 'killed', (killed) => KILLED[String(killed)] ?? killed);
}

/** An entry of version 1 as one of version 2. What is none is left as it is: the schema says what is wrong with it. */
export function upgradeEntry(value: unknown): unknown {
  if (!isObject(value)) return value;
  switch (value.type) {
    case 'header':
      return mapKey(value, 'scenario', (scenario) =>
        isObject(scenario)
          ? mapKey(scenario, 'expect', (expect) => (isObject(expect) ? upgradeExpectation(expect) : expect))
          : scenario,
      );
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

/** The first version had figures of memory hogs alone, in words of their own, and later both. */
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
