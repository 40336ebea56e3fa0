import { randomUUID } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../core/errors.js';
import { ledgerDir, ledgerError, makeLedgerDir } from './ledger-dir.js';
import { LEDGER_DRAFT, LEDGER_PAGE, type Resource } from './ledger-pages.js';
import { identifyOwner, type Owner } from './owner.js';

/**
 * The ledger's page of this process: every resource is written down before it comes to be, so that `reap` can remove it
 * whatever killed us. Written synchronously: a page that is late is a page that is lost.
 */
export class Ledger {
  readonly #file: string;
  readonly #owner: Owner;
  #resources: Resource[] = [];

  private constructor(owner: Owner) {
    this.#owner = owner;
    this.#file = join(ledgerDir(), `${owner.pid}-${randomUUID()}${LEDGER_PAGE}`);
  }

  /** Opens an empty page. @throws OomdrillError `LEDGER` */
  static async open(): Promise<Ledger> {
    const owner = await identifyOwner();
    await makeLedgerDir();
    return new Ledger(owner);
  }

  /** Writes down what is about to be made. @throws OomdrillError `LEDGER`, and then it must not be made */
  add(resource: Resource): void {
    const resources = [...this.#resources, resource];
    this.#write(resources);
    this.#resources = resources;
  }

  /** Strikes out what is gone. On a full disk the page stays as it was: `reap` passes over what is not there. */
  remove(resource: Resource): void {
    this.#resources = this.#resources.filter((held) => held !== resource);
    try {
      if (this.#resources.length > 0) this.#write(this.#resources);
      else rmSync(this.#file, { force: true });
    } catch {
      // What came of the run must not be lost for it.
    }
  }

  /** At any moment the page is the old one or the new one. */
  #write(resources: readonly Resource[]): void {
    const draft = `${this.#file}.${randomUUID()}${LEDGER_DRAFT}`;
    try {
      const text = JSON.stringify({ owner: this.#owner, resources });
      writeFileSync(draft, text, { flag: 'wx', mode: 0o600 });
      renameSync(draft, this.#file);
    } catch (cause) {
      rmSync(draft, { force: true });
      throw ledgerError(`Could not write the ledger ${this.#file}: ${messageOf(cause)}.`, cause);
    }
  }
}
