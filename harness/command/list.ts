import { allScenarios } from '../drill/catalogue.js';
import { terminalStyle, wrap } from '../report/terminal.js';
import { conclude } from './conclude.js';

/** `oomdrill list`: what can be drilled. */
export async function list(flags: { json?: string }): Promise<void> {
  await conclude(flags, async () => {
    const scenarios = (await allScenarios()).map(({ name, hypothesis, control, bundle, expect, requires }) => ({
      ...{ name, hypothesis, control, bundle, expected: expect.outcomes, requires },
    }));
    const { columns } = terminalStyle(process.stdout, process.env);
    const text = scenarios
      .map(({ name, hypothesis, control, bundle, expected }) =>
        [
          name,
          ...wrap(hypothesis, columns - 4).map((line) => `    ${line}`),
          `    bundle ${bundle}; expected: ${expected.join(' or ')}${control ? ' (a control: the bad outcome must come out)' : ''}`,
        ].join('\n'),
      )
      .join('\n\n');
    return { data: { scenarios }, text: `${text}\n`, exitCode: 0 };
  });
}
