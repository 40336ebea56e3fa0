import { usageError } from '../../harness/core/errors.js';
import { guestNamed, guestNames } from '../../harness/machine/image/guests.js';

/** How far MemoryHigh lies below MemoryMax. At real scale: what a kernel allows to be charged at once does not shrink with a guest. */
export const GAPS = ['4M', '26M', '100M', '400M', '800M'] as const;
export type Gap = (typeof GAPS)[number];

/** What the hog does above MemoryHigh: it settles there, or grows on by 10 MiB a second as far as it is let. */
export const MOTIONS = ['rests', 'grows'] as const;
export type Motion = (typeof MOTIONS)[number];

/** One thing that is drilled. */
export interface GapCell {
  readonly guest: string;
  readonly gap: Gap;
  readonly motion: Motion;
}

/** As `--cells` takes it, and the table names it. */
export const nameOfCell = ({ guest, gap, motion }: GapCell): string => `${guest}/${gap}/${motion}`;

/** The name of a cell's scenario. */
export const nameOfScenario = ({ gap, motion }: Pick<GapCell, 'gap' | 'motion'>): string =>
  `gap-${gap.toLowerCase()}-${motion}`;

/** The scenario of a cell, below the repository. */
export const scenarioOf = (cell: Pick<GapCell, 'gap' | 'motion'>): string =>
  `bench/gaps/scenarios/${nameOfScenario(cell)}.ts`;

/**
 * The cells that are meant, those of one guest after those of another.
 *
 * @param text with commas between them: `trixie`, `trixie/26M`, `trixie/26M/grows`; all cells where nothing is said
 * @throws OomdrillError `GUEST_UNKNOWN`, `CELL_UNKNOWN`
 */
export function chooseCells(text: string | undefined): GapCell[] {
  return (text?.split(',') ?? guestNames()).flatMap((name) => {
    const [guest = '', gap, motion, ...more] = name.split('/');
    const cells = cellsOf(guestNamed(guest).name).filter(
      (cell) => (gap === undefined || cell.gap === gap) && (motion === undefined || cell.motion === motion),
    );
    if (cells.length > 0 && more.length === 0) return cells;
    throw usageError(
      'CELL_UNKNOWN',
      `The table of gaps has no cell "${name}".`,
      `A cell is GUEST/GAP/MOTION, with a gap of ${GAPS.join(', ')}, and ${MOTIONS.join(' or ')}.`,
    );
  });
}

/** Those of a guest: first how long each is silent, which is decided soon. */
export const cellsOf = (guest: string): GapCell[] =>
  MOTIONS.flatMap((motion) => GAPS.map((gap) => ({ guest, gap, motion })));
