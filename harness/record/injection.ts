import type { EntryOf } from './schema.js';

/** An injection as people are told of it. */
export interface InjectionWords {
  /** `memory hog`. */
  readonly kind: string;
  /** `hog`. */
  readonly noun: string;
  /** What it is told to do: `grow`. It takes an s. */
  readonly verb: string;
}

/** What an entry says; records of before there were several kinds hold memory hogs alone. */
export function wordsOf({ kind = 'memory-hog', words }: Pick<EntryOf<'injection'>, 'kind' | 'words'>): InjectionWords {
  return { kind: kind.replaceAll('-', ' '), ...(words ?? { noun: 'hog', verb: 'grow' }) };
}

/** What an injection was told to do, and where: `ugrep grows to 12.35G in all, in /system.slice/...`. */
export function injectionInWords(injection: EntryOf<'injection'>): string {
  const { comm, describes, memory, cgroup } = injection;
  return `${comm} ${wordsOf(injection).verb}s ${describes}${memory === undefined ? '' : ` (${memory} memory)`}, in ${cgroup}`;
}
