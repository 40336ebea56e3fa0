import type { EntryOf } from './schema.js';

/** The words for an injection in sentences. */
export interface InjectionWords {
  /** `memory hog`. */
  readonly kind: string;
  /** `hog`. */
  readonly noun: string;
  /** The infinitive of a verb whose third person ends in s: `grow`. */
  readonly verb: string;
}

/** The words for the injection of an entry. */
export function wordsOf({ kind, words }: Pick<EntryOf<'injection'>, 'kind' | 'words'>): InjectionWords {
  return { kind: kind.replaceAll('-', ' '), ...words };
}

/** Describes an injection and its cgroup: `ugrep grows to 12.35G in all, in /system.slice/...`. */
export function describeInjection(injection: EntryOf<'injection'>): string {
  const { comm, describes, memory, cgroup } = injection;
  return `${comm} ${wordsOf(injection).verb}s ${describes}${memory === undefined ? '' : ` (${memory} memory)`}, in ${cgroup}`;
}
