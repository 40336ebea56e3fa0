import { createPastRun } from '../harness/history/night.js';
import { readRecord } from '../harness/record/reader.js';
import { summarizeRecord } from '../harness/verdict/summarize.js';
import { STEP } from './drift.js';
import { slowDown } from './slow-down.js';

// Makes the lines of fixtures/drift/drills.jsonl from the records that it is given: what the history keeps of each drill that
// passed and is not a control, and of the same drill with a server that is slower from the injection on.

for (const path of process.argv.slice(2)) {
  const record = await readRecord(path);
  const drill = summarizeRecord(record, path);
  if (drill.verdict !== 'pass' || drill.control) continue;
  const slowed = summarizeRecord(slowDown(record, STEP), path);
  const line = { at: record.header.startedAt, drill: createPastRun(drill), slowed: createPastRun(slowed) };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
