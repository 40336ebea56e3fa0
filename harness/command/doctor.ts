import pc from 'picocolors';
import { DOCTOR_SCHEMA, doctorSchema } from '../contract/doctor.js';
import { paint, type TextLine, textOf } from '../core/printable-text.js';
import type { DoctorCheck } from '../machine/doctor-check.js';
import type { MachineProvider } from '../machine/provider.js';
import { chooseStyle, type TerminalStyle, wrap } from '../report/layout.js';
import { conclude, documentOf } from './conclude.js';
import type { DoctorFlags } from './declaration/doctor.js';
import { examine } from './examination.js';

/** `oomdrill doctor`: exit status 0 when this host can drill, 2 when something that is needed is missing. */
export async function executeDoctor(flags: DoctorFlags, machines: readonly MachineProvider[]): Promise<void> {
  await conclude(flags, async () => {
    const checks = await examine(machines);
    const able = checks.every(({ state }) => state !== 'missing');
    const style = chooseStyle(process.stdout, process.env);
    const lines = checks.flatMap((check) => renderCheck(check, style));
    lines.push(
      '',
      able ? 'This host can drill.' : 'This host cannot drill yet; `npx oomdrill setup` installs missing packages.',
    );
    return {
      document: documentOf(doctorSchema, { schema: DOCTOR_SCHEMA, able, findings: checks }),
      text: textOf(lines),
      exitCode: able ? 0 : 2,
    };
  });
}

/** Columns of the mark before each check. */
const MARGIN = 9;

/** The lines of one check: its mark, what was found, and what fixes it. */
function renderCheck({ what, state, found, fix }: DoctorCheck, { color, columns }: TerminalStyle): TextLine[] {
  const colors = pc.createColors(color);
  const colorOf = { ok: colors.green, note: colors.yellow, missing: colors.red };
  const mark = paint(colorOf[state], state.padEnd(MARGIN - 2));
  const [first = '', ...others] = wrap(`${what}: ${found}`, columns - MARGIN);
  const lines: TextLine[] = [[mark, `  ${first}`], ...others.map((line) => `${' '.repeat(MARGIN)}${line}`)];
  if (fix !== undefined && state !== 'ok') lines.push(`${' '.repeat(MARGIN)}fix: ${fix}`);
  return lines;
}
