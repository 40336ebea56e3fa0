import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { machineError, messageOf } from '../core/errors.js';
import { mustError } from '../core/must.js';
import { copyableWord } from '../core/shell.js';

/** Names of the program on Debian and other distributions. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'];

/** Time limit of the start, milliseconds. A browser that cannot start reports that earlier. */
const BROWSER_START_MS = 60_000;

/**
 * Starts the host's Chromium, headless and with a temporary profile.
 *
 * @throws OomdrillError `CHROMIUM_MISSING`, `CHROMIUM_FAILED`
 */
export async function startChromium(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined && process.env.CHROMIUM)
    throw mustError('CHROMIUM_MISSING', 'CHROMIUM', 'name a program that can be run', process.env.CHROMIUM);
  if (executablePath === undefined)
    throw machineError(
      'CHROMIUM_MISSING',
      'There is no Chromium on this host.',
      'Install it with `npx oomdrill setup browser`, or name its program with CHROMIUM=FILE.',
    );
  try {
    return await chromium.launch({
      executablePath,
      headless: true,
      timeout: BROWSER_START_MS,
      // Chromium has no sandbox for root; only our own file is opened, and it may not load anything.
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
    const why = messageOf(cause).replace(/^browserType\.launch: /, '');
    const hint = `Run \`${copyableWord(executablePath)} --version\` to see whether it is Chromium and can start.`;
    throw machineError('CHROMIUM_FAILED', `Could not start ${executablePath}: ${why}.`, hint, cause);
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
