import { loadScenarios, loadSuite } from '../campaign/catalogue.js';
import { SCENARIO_LIST_SCHEMA, scenarioListSchema } from '../contract/scenario-list.js';
import { usageError } from '../core/errors.js';
import { formattedText, textOf } from '../core/printable-text.js';
import { chooseStyle, indent } from '../report/layout.js';
import { conclude, documentOf } from './conclude.js';
import type { ListFlags } from './declaration/list.js';
import { isPrintedJson } from './output-files.js';

/** `oomdrill list`: what can be drilled. */
export async function executeList(flags: ListFlags): Promise<void> {
  await conclude(flags, async () => {
    const chosen =
      flags.suite === undefined ? await loadScenarios(flags.scenarios) : await loadSuite(flags.suite, flags.scenarios);
    const scenarios = chosen.map(({ name, suite, hypothesis, control, bundle, expect, requires }) => ({
      name,
      suite,
      hypothesis,
      control,
      bundle: bundle.name,
      expected: expect.outcomes,
      requires,
    }));
    const document = documentOf(scenarioListSchema, { schema: SCENARIO_LIST_SCHEMA, scenarios });
    if (flags.markdown) {
      if (isPrintedJson(flags.json))
        throw usageError(
          'LIST_FORMAT',
          '--markdown cannot be used with --json -.',
          'Both write to standard output: leave one out.',
        );
      const { renderCataloguePage } = await import('../campaign/catalogue-page.js');
      const { INJECTION_KINDS } = await import('../inject/kinds.js');
      const text = formattedText(await renderCataloguePage(chosen, [...INJECTION_KINDS, ...flags.injections]));
      return { document, text, exitCode: 0 };
    }
    const { columns } = chooseStyle(process.stdout, process.env);
    const lines = scenarios.flatMap(({ name, suite, hypothesis, control, bundle, expected }) => {
      const must = `${expected.join(' or ')}${control ? ' (a control: limits that are known to be bad)' : ''}`;
      return ['', name, ...indent([hypothesis, `suite ${suite}, bundle ${bundle}; expected: ${must}`], columns)];
    });
    return { document, text: textOf(lines.slice(1)), exitCode: 0 };
  });
}
