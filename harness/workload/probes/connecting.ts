import type { Probe, ProbeAnswer, ProbeTarget } from '../probe.js';

/** How a protocol with connections is spoken. */
export interface Connector<C> {
  /**
   * Opens a connection, and logs in. Rejects when `signal` is aborted, with nothing left open.
   *
   * @param lost to be called when the other end closes it
   */
  open(target: ProbeTarget, signal: AbortSignal, lost: () => void): Promise<C>;
  ask(connection: C): Promise<ProbeAnswer>;
  /** Closes it at once, also in the middle of a request, which then rejects. */
  close(connection: C): void;
}

/**
 * A probe of a protocol with connections. With `kept` a request takes an idle connection of an earlier one, or opens a
 * further one, as a pool does; one whose request had no full answer is closed, never used again.
 */
export function connectingProbe<C extends object>(
  name: string,
  connection: 'fresh' | 'kept' | undefined,
  connector: Connector<C>,
): Probe {
  const idle = new Map<string, Set<C>>();
  const take = async (kept: Set<C>, target: ProbeTarget, signal: AbortSignal): Promise<C> => {
    const [known] = kept;
    if (known) {
      kept.delete(known);
      return known;
    }
    let opened: C | undefined;
    opened = await connector.open(target, signal, () => {
      // It may be lost while it is opened.
      if (opened) kept.delete(opened);
    });
    return opened;
  };
  return {
    name,
    async ask(target, signal) {
      const place = `${target.host}:${target.port}`;
      const kept = idle.get(place) ?? new Set<C>();
      idle.set(place, kept);
      const taken = await take(kept, target, signal);
      const close = () => connector.close(taken);
      signal.addEventListener('abort', close);
      let isKept = false;
      try {
        signal.throwIfAborted();
        const answer = await connector.ask(taken);
        isKept = connection === 'kept' && answer.ok && !signal.aborted;
        return answer;
      } finally {
        signal.removeEventListener('abort', close);
        if (isKept) kept.add(taken);
        else close();
      }
    },
    close() {
      for (const kept of idle.values()) for (const each of kept) connector.close(each);
      idle.clear();
    },
  };
}
