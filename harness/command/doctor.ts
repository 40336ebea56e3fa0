import pc from 'picocolors';
import { doctorSchema } from '../contract/doctor.js';
import { terminalStyle, wrap } from '../report/terminal.js';
import { conclude, documentOf } from './conclude.js';
import type { DoctorFlags } from './declaration/doctor.js';
import { examine } from './examination.js';

/** `oomdrill doctor`: exit status 0 when this host can drill, 2 when something that is needed is missing. */
export async function executeDoctor(flags: DoctorFlags): Promise<void> {
  await conclude(flags, async () => {
    const findings = await examine();
    const { color, columns } = terminalStyle(process.stdout, process.env);
    const colors = pc.createColors(color);
    const marks = { ok: colors.green('ok     '), note: colors.yellow('note   '), missing: colors.red('missing') };
    const lines = findings.flatMap(({ what, state, found, mend }) => [
      ...wrap(`${what}: ${found}`, columns - 9).map(
        (line, index) => `${index === 0 ? marks[state] : '       '}  ${line}`,
      ),
      ...(mend === undefined || state === 'ok' ? [] : [`         mend: ${mend}`]),
    ]);
    const able = findings.every(({ state }) => state !== 'missing');
    lines.push('', able ? 'This host can drill.' : 'This host cannot drill yet; ./setup mends what packages can mend.');
    return {
      document: documentOf(doctorSchema, { able, findings }),
      text: `${lines.join('\n')}\n`,
      exitCode: able ? 0 : 2,
    };
  });
}
