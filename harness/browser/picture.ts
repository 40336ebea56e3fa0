import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { machineError, messageOf } from '../core/errors.js';

/** Wide enough for a post-mortem, narrow enough for a chat; drawn at twice the pixels. */
const PICTURE_WIDTH = 1_000;

/** A picture is drawn within a second; a browser that cannot do it in this has hung, milliseconds. */
const DRAW_MS = 30_000;

/**
 * Takes a picture of one drill's time line, as a PNG.
 *
 * @param report a report's file, of which the drill of this number is shown
 * @throws OomdrillError `PICTURE_FAILED`
 */
export async function takePicture(browser: Browser, report: string, number: number, file: string): Promise<void> {
  const page = await browser.newPage({
    viewport: { width: PICTURE_WIDTH, height: 800 },
    deviceScaleFactor: 2,
    colorScheme: 'light',
  });
  page.setDefaultTimeout(DRAW_MS);
  try {
    await page.goto(`${pathToFileURL(report).href}#picture-drill-${number}`);
    const drill = page.locator('.pictured');
    await drill.locator('.timeline[data-drawn]').waitFor();
    await drill.screenshot({ path: file });
  } catch (cause) {
    throw machineError('PICTURE_FAILED', `No picture could be made at ${file}: ${messageOf(cause)}.`, undefined, cause);
  } finally {
    await page.close();
  }
}
