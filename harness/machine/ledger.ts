import { randomUUID } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { machineError, messageOf, type OomdrillError } from '../core/errors.js';
import { makeDirs } from '../core/make-dirs.js';
import { stateDir } from './places.js';
import { identify } from './process.js';

const identitySchema = z.object({ pid: z.number().int(), startTicks: z.string() });

/** A process of ours on this host. */
export const processResourceSchema = z.object({
  kind: z.literal('process'),
  what: z.string(),
  identity: identitySchema,
});

/** A directory of ours on this host. */
export const dirResourceSchema = z.object({ kind: z.literal('dir'), path: z.string() });

/** Something that outlives a killed harness until it is removed. What else is in it is for its kind to read. */
const resourceSchema = z.looseObject({ kind: z.string() });
const pageSchema = z.object({ owner: identitySchema, resources: z.array(resourceSchema) });

export type Resource = Readonly<z.infer<typeof resourceSchema>>;
export interface LedgerPage extends z.infer<typeof pageSchema> {
  readonly file: string;
}

/** A page that says nothing to us: cut off by a full disk, of a later version, or not ours to read. */
interface UnreadablePage {
  readonly file: string;
  /** In one line. */
  readonly why: string;
}

/** What the ledger holds, the pages of living owners too. */
export interface LedgerContents {
  readonly pages: readonly LedgerPage[];
  readonly unreadable: readonly UnreadablePage[];
}

const ledgerDir = (): string => join(stateDir(), 'ledger');

/**
 * The ledger's page of this process: every resource is written down before, or right after, it comes to be, so that
 * `reap` can remove it whatever killed us. Written synchronously: a page that is late is a page that is lost.
 */
export class Ledger {
  readonly #file: string;
  readonly #owner: { pid: number; startTicks: string };
  #resources: Resource[] = [];

  private constructor(owner: { pid: number; startTicks: string }) {
    this.#owner = owner;
    this.#file = join(ledgerDir(), `${owner.pid}-${randomUUID()}.json`);
  }

  /** Opens an empty page. @throws OomdrillError `LEDGER` */
  static async open(): Promise<Ledger> {
    const owner = await identify(process.pid);
    if (!owner) throw machineError('LEDGER', 'Could not find this process in /proc.', 'oomdrill needs /proc mounted.');
    await makeDirs(ledgerDir()).catch((cause: unknown) => {
      throw ledgerError(`Could not make the directory of the ledger, ${ledgerDir()}: ${messageOf(cause)}.`, cause);
    });
    return new Ledger(owner);
  }

  add(resource: Resource): void {
    this.#resources.push(resource);
    this.#write();
  }

  remove(resource: Resource): void {
    this.#resources = this.#resources.filter((held) => held !== resource);
    this.#write();
  }

  #write(): void {
    if (this.#resources.length === 0) {
      rmSync(this.#file, { force: true });
      return;
    }
    try {
      writeFileSync(`${this.#file}.new`, JSON.stringify({ owner: this.#owner, resources: this.#resources }));
      renameSync(`${this.#file}.new`, this.#file);
    } catch (cause) {
      throw ledgerError(`Could not write the ledger ${this.#file}: ${messageOf(cause)}.`, cause);
    }
  }
}

/** All pages of the ledger. One that is gone when it is read was its owner's to remove. */
export async function readLedger(): Promise<LedgerContents> {
  const pages: LedgerPage[] = [];
  const unreadable: UnreadablePage[] = [];
  for (const name of await pageNames()) {
    const file = join(ledgerDir(), name);
    try {
      pages.push({ file, ...pageSchema.parse(JSON.parse(await readFile(file, 'utf8'))) });
    } catch (thrown) {
      if (isMissing(thrown)) continue;
      unreadable.push({ file, why: thrown instanceof z.ZodError ? 'it is not a page of a ledger' : messageOf(thrown) });
    }
  }
  return { pages, unreadable };
}

/** A ledger that was never written has no folder. @throws OomdrillError `LEDGER` where it is not ours to read */
async function pageNames(): Promise<string[]> {
  try {
    return (await readdir(ledgerDir())).filter((name) => name.endsWith('.json')).sort();
  } catch (thrown) {
    if (isMissing(thrown)) return [];
    throw ledgerError(`Could not read the ledger ${ledgerDir()}: ${messageOf(thrown)}.`, thrown);
  }
}

function ledgerError(message: string, cause: unknown): OomdrillError {
  return machineError('LEDGER', message, 'Name a directory that can be written with OOMDRILL_STATE.', cause);
}

const isMissing = (thrown: unknown): boolean => (thrown as NodeJS.ErrnoException).code === 'ENOENT';
