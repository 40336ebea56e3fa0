import { randomUUID } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { machineError } from '../core/errors.js';
import { stateDir } from './places.js';
import { identify } from './process.js';
import { sshTargetSchema } from './ssh.js';

const identitySchema = z.object({ pid: z.number().int(), startTicks: z.string() });

/** Something that outlives a killed harness unless somebody takes it away. */
const resourceSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('process'), what: z.string(), identity: identitySchema }),
  z.object({ kind: z.literal('dir'), path: z.string() }),
  /** Of libvirt, with its disks, snapshots and network. */
  z.object({ kind: z.literal('domain'), name: z.string() }),
  /** A host of the user's own, with files that must be put back. */
  z.object({ kind: z.literal('borrowed-host'), target: sshTargetSchema }),
]);
const pageSchema = z.object({ owner: identitySchema, resources: z.array(resourceSchema) });

export type Resource = z.infer<typeof resourceSchema>;
export interface LedgerPage extends z.infer<typeof pageSchema> {
  readonly file: string;
}

export const ledgerDir = (): string => join(stateDir(), 'ledger');

/**
 * The ledger's page of this process: every resource is written down before, or right after, it comes to be, so that
 * `reap` can take it away whatever killed us. Written synchronously: a page that is late is a page that is lost.
 */
export class Ledger {
  readonly #file: string;
  readonly #owner: { pid: number; startTicks: string };
  #resources: Resource[] = [];

  private constructor(owner: { pid: number; startTicks: string }) {
    this.#owner = owner;
    this.#file = join(ledgerDir(), `${owner.pid}-${randomUUID()}.json`);
  }

  static async open(): Promise<Ledger> {
    const owner = await identify(process.pid);
    if (!owner)
      throw machineError('LEDGER', 'This process does not find itself in /proc.', 'oomdrill needs /proc mounted.');
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
      mkdirSync(ledgerDir(), { recursive: true });
      writeFileSync(`${this.#file}.new`, JSON.stringify({ owner: this.#owner, resources: this.#resources }));
      renameSync(`${this.#file}.new`, this.#file);
    } catch (cause) {
      throw machineError(
        'LEDGER',
        `The ledger ${this.#file} cannot be written.`,
        'Make room on that disk, or set XDG_STATE_HOME.',
        cause,
      );
    }
  }
}

/** All pages of the ledger, the living owners' too. A page that cannot be read is left out: it names nothing to take away. */
export async function readLedger(): Promise<LedgerPage[]> {
  const names = await readdir(ledgerDir()).catch(() => []);
  const pages: LedgerPage[] = [];
  for (const name of names.filter((name) => name.endsWith('.json'))) {
    const file = join(ledgerDir(), name);
    const text = await readFile(file, 'utf8').catch(() => '');
    try {
      pages.push({ file, ...pageSchema.parse(JSON.parse(text)) });
    } catch {
      // Cut off by a full disk or written by hand; reap names it among what it could not do.
    }
  }
  return pages;
}
