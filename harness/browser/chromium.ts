import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { machineError, messageOf } from '../core/errors.js';

/** How Debian and others name it. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'];

/** A browser that cannot start says so by itself before this, milliseconds. */
const BROWSER_START_MS = 60_000;

/**
 * Starts a headless Chromium of the host's. It has a profile of its own, which is gone with it.
 *
 * @throws OomdrillError `CHROMIUM_MISSING`, `CHROMIUM_FAILED`
 */
export async function startChromium(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined)
    throw machineError(
      'CHROMIUM_MISSING',
      'There is no Chromium on this host.',
      './setup browser installs it; CHROMIUM=FILE names one that is elsewhere.',
    );
  try {
    return await chromium.launch({
      executablePath,
      headless: true,
      timeout: BROWSER_START_MS,
      // A root's Chromium has no sandbox; what is opened here is a file of our own that may load nothing.
      chromiumSandbox: process.getuid?.() !== 0,
      args: [
        '--disable-gpu',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
  } catch (cause) {
    throw machineError('CHROMIUM_FAILED', `${executablePath} did not start: ${messageOf(cause)}.`, undefined, cause);
  }
}

function findChromium(): string | undefined {
  const named = process.env.CHROMIUM;
  const dirs = (process.env.PATH ?? '').split(delimiter);
  const candidates = named ? [named] : NAMES.flatMap((name) => dirs.map((dir) => join(dir, name)));
  return candidates.find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
