import { join } from 'node:path';
import type { StoredMap } from '../contract/band-map.js';
import { REPORT_SCHEMA, reportSchema } from '../contract/html-report.js';
import { machineError, messageOf } from '../core/errors.js';
import { makeDirs } from '../core/make-dirs.js';
import { textOf } from '../core/printable-text.js';
import { readTextFile } from '../core/read-text-file.js';
import { replaceFile } from '../core/replace-file.js';
import { readVersion } from '../core/version.js';
import { parseBandMaps } from '../report/html/band-map.js';
import { prepareDrill, type ReportedDrill } from '../report/html/drill.js';
import { renderPage } from '../report/html/page.js';
import { readPageAssets } from '../report/html/page-assets.js';
import { conclude, documentOf } from './conclude.js';
import type { ReportFlags } from './declaration/report.js';
import { describeUnread, readRecords, unreadFacts } from './read-records.js';

/**
 * `oomdrill report`: a report as one HTML file, made from stored records alone. A record that cannot be read is named in the report and
 * makes the exit status 2; when none can be, there is no report.
 */
export async function executeReport(paths: readonly string[], flags: ReportFlags): Promise<void> {
  await conclude(flags, async () => {
    const maps = (await Promise.all((flags.map ?? []).map(readMaps))).flat();
    const { read: drills, unread } = await readRecords(paths, prepareDrill);
    const page = renderPage(
      {
        drills,
        maps,
        version: await readVersion(),
        unread: unread.map(({ path, error }) => ({ path, why: error.message })),
      },
      await readPageAssets(),
    );
    const file = join(flags.out, 'report.html');
    await write(flags.out, file, page);
    const pictures = flags.png ? await takePictures(drills, file, flags.out) : [];
    return {
      document: documentOf(reportSchema, {
        schema: REPORT_SCHEMA,
        report: file,
        pictures,
        drills: drills.length,
        unread: unreadFacts(unread),
      }),
      text: textOf([
        ...describeUnread(unread),
        `${file}: ${drills.length === 1 ? '1 drill' : `${drills.length} drills`}`,
        ...pictures,
      ]),
      exitCode: unread.length === 0 ? 0 : 2,
    };
  });
}

async function readMaps(path: string): Promise<StoredMap[]> {
  const hint = 'It must be a file that `oomdrill map BUNDLE --json FILE` wrote.';
  return parseBandMaps(await readTextFile(path, { what: 'map', code: 'MAP_MISSING', hint }), path);
}

async function write(dir: string, file: string, text: string): Promise<void> {
  try {
    await makeDirs(dir);
    await replaceFile(file, text);
  } catch (cause) {
    throw machineError(
      'REPORT_WRITE',
      `Could not write the report to ${file}: ${messageOf(cause)}.`,
      'Name another directory with -o.',
      cause,
    );
  }
}

/** A picture of each drill's time line; gives their paths. Chromium's driver is loaded only here. */
async function takePictures(drills: readonly ReportedDrill[], file: string, dir: string): Promise<string[]> {
  const { startChromium } = await import('../browser/chromium.js');
  const { takePicture } = await import('../browser/picture.js');
  const browser = await startChromium();
  try {
    const pictures: string[] = [];
    for (const [index, { run }] of drills.entries()) {
      // The names come from a record: they must not become a path.
      const name = `${index + 1}-${run.scenario}-${run.guest}`.replace(/[^\w.-]/g, '_');
      const picture = join(dir, `${name}.png`);
      await takePicture(browser, file, index + 1, picture);
      pictures.push(picture);
    }
    return pictures;
  } finally {
    await browser.close();
  }
}
