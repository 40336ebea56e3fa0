import { OUTCOMES, outcomeNames } from './outcomes.js';

/** The sections of docs/outcomes.md on each outcome, in the order in which evidence is checked. Markdown. */
export function renderOutcomeSections(outcomes = OUTCOMES): string {
  const sections = outcomeNames(outcomes).map((name) => {
    const { meaning, evidence, usualCauses } = outcomes[name].manual;
    const sentence = `${meaning.charAt(0).toUpperCase()}${meaning.slice(1)}.`;
    const causes = usualCauses === '' ? '' : `\n- **Usual causes:** ${usualCauses}.`;
    return `### \`${name}\`\n\n${sentence}\n\n- **Evidence:** ${evidence}.${causes}`;
  });
  return sections.join('\n\n');
}

/** What each outcome means, in a line, by its name. */
export const outcomeMeanings = (outcomes = OUTCOMES): Readonly<Record<string, string>> =>
  Object.fromEntries(outcomeNames(outcomes).map((name) => [name, outcomes[name].manual.meaning]));

const BEGIN = '<!-- These sections are written by `npm run generate` from harness/verdict/outcomes.ts. -->\n\n';
const END = '\n\n<!-- End of the sections. -->';

/**
 * docs/outcomes.md with its sections on the outcomes replaced.
 *
 * @param page the current text of the page
 * @throws Error if the page does not have both markers
 */
export function replaceOutcomeSections(page: string, outcomes = OUTCOMES): string {
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined)
    throw new Error('docs/outcomes.md must have both markers of the outcome sections');
  return `${before}${BEGIN}${renderOutcomeSections(outcomes)}${END}${after}`;
}
