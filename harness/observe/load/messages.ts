import type { Load } from '../../record/load.js';
import type { EntryOf } from '../../record/schema.js';
import type { ProbeTarget } from '../../workload/probe.js';
import type { HttpRequest } from '../../workload/probes.js';

/** What a load consists of. */
export interface LoadOptions {
  /** With the values of its secrets: it goes to the generator through a pipe, and nowhere else. */
  readonly request: HttpRequest;
  readonly target: ProbeTarget;
  readonly load: Load;
  /** A client's patience with one request, milliseconds. */
  readonly timeoutMs: number;
}

/** What the harness says to the generator, in this order. */
export type LoadCommand =
  | ({ readonly type: 'start' } & LoadOptions)
  /** The injection begins. */
  | { readonly type: 'rise' }
  | { readonly type: 'stop' };

/** What the generator says: that it is there, and what it did since the last time. */
export type LoadReport = { readonly type: 'ready' } | ({ readonly type: 'done' } & Omit<EntryOf<'load'>, 'type' | 't'>);
