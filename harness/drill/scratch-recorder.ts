import { startClock } from '../core/clock.js';
import type { Entry } from '../record/schema.js';
import type { Recording } from './stage.js';

/** A recorder that keeps nothing: for what is watched before a drill begins. */
export function createScratchRecorder(): Recording {
  const watchers = new Set<(entry: Entry) => void>();
  const clock = startClock();
  const write = (entry: Entry) => {
    for (const watcher of watchers) watcher(entry);
  };
  return {
    clock,
    write,
    phase: (name) => write({ type: 'phase', t: clock.now(), name }),
    watch: (watcher) => void watchers.add(watcher),
    throwIfBroken: () => {},
  };
}
