import t from 'tap';
import type { GuestShell } from '../../machine/guest-shell.js';
import { readJournal } from './evidence.js';

const TRUNCATED = 'Journal file /var/log/journal/954c/system.journal is truncated, ignoring file.\n';
const KILL = {
  MESSAGE:
    'Memory cgroup out of memory: Killed process 9 (hog) total-vm:8kB, anon-rss:4kB, file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:40kB oom_score_adj:0',
  _TRANSPORT: 'kernel',
  _SOURCE_MONOTONIC_TIMESTAMP: '2000000',
};
const WHOLE = { stdout: `${JSON.stringify(KILL)}\n`, stderr: '', exitCode: 0 };
const never = new AbortController().signal;

/** Reads the journal of a guest whose journalctl says this, in turn, and the last of it from then on. */
async function readOf(...said: readonly (typeof WHOLE)[]) {
  let reads = 0;
  const exec: GuestShell['exec'] = async () => said[reads++] ?? said.at(-1) ?? WHOLE;
  const span = { sinceMs: 1_000, lengthMs: 10_000, toHostT: (ms: number) => ms };
  const entries = await readJournal({ exec }, span, never);
  return { entries, reads };
}

t.test('a journal that was being enlarged when it was read is read again', async (t) => {
  const empty = { ...WHOLE, stdout: '', stderr: TRUNCATED };
  // Lines of another file, without those of the system.
  const half = { ...WHOLE, stdout: `${JSON.stringify({ ...KILL, MESSAGE: 'a login' })}\n`, stderr: TRUNCATED };
  const { entries, reads } = await readOf(empty, half, WHOLE);
  t.equal(reads, 3);
  t.match(entries, [{ type: 'journal', message: /Killed process 9/ }]);
});

t.test('one that stays so ends the drill, and says what journalctl said', async (t) => {
  await t.rejects(readOf({ ...WHOLE, stderr: TRUNCATED }), { code: 'JOURNAL', message: /status 0.*is truncated/ });
});

t.test('a damaged file of an earlier boot is none of ours', async (t) => {
  const stderr = 'Journal file /var/log/journal/954c/system@0006.journal~ is truncated, ignoring file.\n';
  t.equal((await readOf({ ...WHOLE, stderr })).reads, 1);
});
