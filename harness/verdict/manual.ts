import { OUTCOMES, outcomeNames } from './outcomes.js';

/** What docs/outcomes.md says of each outcome, in the order of evidence. Markdown. */
export function outcomeManual(outcomes = OUTCOMES): string {
  const sections = outcomeNames(outcomes).map((name) => {
    const { evidence, usualCauses } = outcomes[name].manual;
    const causes = usualCauses === '' ? '' : `\n- **Usual causes:** ${usualCauses}.`;
    return `### \`${name}\`\n\n- **Evidence:** ${evidence}.${causes}`;
  });
  return sections.join('\n\n');
}

const BEGIN = '<!-- These sections are written by `npm run generate` from harness/verdict/outcomes.ts. -->\n\n';
const END = '\n\n<!-- End of the sections. -->';

/**
 * docs/outcomes.md with the sections of its outcomes written anew.
 *
 * @param page the page as it is
 * @throws Error for a page without a place for them
 */
export function withOutcomes(page: string, outcomes = OUTCOMES): string {
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error('docs/outcomes.md has no place for the outcomes');
  return `${before}${BEGIN}${outcomeManual(outcomes)}${END}${after}`;
}
