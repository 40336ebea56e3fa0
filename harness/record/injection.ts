import type { EntryOf } from './schema.js';

/** The names of an injection in sentences. */
export interface InjectionWords {
  /** `memory hog`. */
  readonly kind: string;
  /** `hog`. */
  readonly noun: string;
  /** What it does: `grow`. It takes an s. */
  readonly verb: string;
}

/** The words of an entry. */
export function wordsOf({ kind, words }: Pick<EntryOf<'injection'>, 'kind' | 'words'>): InjectionWords {
  return { kind: kind.replaceAll('-', ' '), ...words };
}

/** What an injection does, and where: `ugrep grows to 12.35G in all, in /system.slice/...`. */
export function injectionInWords(injection: EntryOf<'injection'>): string {
  const { comm, describes, memory, cgroup } = injection;
  return `${comm} ${wordsOf(injection).verb}s ${describes}${memory === undefined ? '' : ` (${memory} memory)`}, in ${cgroup}`;
}
