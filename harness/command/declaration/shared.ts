import { SUITES } from '../../drill/scenario.js';
import { DEFAULT_GUEST, guestNames } from '../../machine/image/guests.js';
import { valueFlag } from '../flag.js';

/** Every command has it. */
export const jsonFlag = valueFlag('<file>', 'write the result as JSON to this file; - for standard output');

export const suiteNames = () => SUITES;

/** Flags of every command that drills. */
export const drillFlags = {
  guest: valueFlag('<name>', `the guest to drill on: ${guestNames().join(' or ')}`, {
    default: DEFAULT_GUEST,
    words: guestNames,
  }),
  scale: valueFlag('<divisor>', 'how much smaller than the real host: auto, or a divisor such as 1/8', {
    default: 'auto',
  }),
  watchdog: valueFlag('<model>', 'how patient the clients are: heartbeat-20s or ping-15s', {
    default: 'heartbeat-20s',
  }),
  out: valueFlag('<dir>', 'where records go', { default: 'reports' }),
} as const;

/** The past that results are compared with. @param file where the nights are kept unless another file is named */
export const pastFlags = (file: string) => ({
  history: valueFlag('<file>', `nights so far (default: "${file}")`),
  baseline: valueFlag('<file>', 'the accepted state (default: "reports/baseline.json" of oomdrill)'),
});
