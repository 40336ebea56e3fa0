import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { machineError, messageOf } from '../core/errors.js';
import { replaceFile } from '../core/replace-file.js';

/** Width in CSS pixels: wide enough for a post-mortem, narrow enough for a chat. The picture has twice the pixels. */
const PICTURE_WIDTH = 1_000;

/** Time limit of the drawing, milliseconds. It takes less than a second unless the browser hangs. */
const DRAW_MS = 30_000;

/**
 * Writes a picture of one drill's time line to a PNG file.
 *
 * @param report path of the HTML report
 * @param number number of the drill in the report
 * @param file path of the PNG file
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
    await replaceFile(file, await drill.screenshot());
  } catch (cause) {
    throw machineError('PICTURE_FAILED', `Could not write the picture ${file}: ${messageOf(cause)}.`, undefined, cause);
  } finally {
    await page.close();
  }
}
