import { OUTCOMES, outcomeNames } from './outcomes.js';

/** The table of docs/outcomes.md, Markdown: every outcome in the order of evidence. */
export function outcomeManual(outcomes = OUTCOMES): string {
  const rows = outcomeNames(outcomes).map((name) => {
    const { evidence, usualCauses } = outcomes[name].manual;
    return `| \`${name}\` | ${evidence} | ${usualCauses} |`.replace('|  |', '| |');
  });
  return ['| outcome | evidence | what usually causes it |', '|---|---|---|', ...rows].join('\n');
}

const BEGIN = '<!-- The table is written by `npm run generate` from harness/verdict/outcomes.ts. -->\n\n';
const END = '\n\n<!-- End of the table. -->';

/**
 * docs/outcomes.md with its table written anew.
 *
 * @param page the page as it is
 */
export function withOutcomeTable(page: string, outcomes = OUTCOMES): string {
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error('docs/outcomes.md has no place for the table');
  return `${before}${BEGIN}${outcomeManual(outcomes)}${END}${after}`;
}
