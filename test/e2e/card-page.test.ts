import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { disclosurePage } from '../../src/report/html/page.ts';
import { disclosureSaying } from '../report/sample.ts';

const browserPath = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
].find((path) => existsSync(path));

/** Everything that a text could try in a browser, in one name. */
const hostile = `<script>window.hacked=1</script><img src="https://drop.example/x" onerror="window.hacked=1"></style><style>body{display:none}</style><a href="javascript:window.hacked=1">${'w'.repeat(400)}\u202e`;

describe.skipIf(browserPath === undefined)(
  'the page in a real browser (skipped where no Chromium is installed: apt-get install chromium)',
  () => {
    let browser: Browser;
    let folder: string;

    beforeAll(async () => {
      browser = await chromium.launch({ executablePath: browserPath ?? '', args: ['--no-sandbox'] });
      folder = await mkdtemp(join(tmpdir(), 'pinfold-page-'));
      await writeFile(join(folder, 'card.html'), disclosurePage(disclosureSaying(hostile), { clientCommand: ['pinfold', 'run', hostile] }));
    }, 60_000);

    afterAll(async () => {
      await browser?.close();
      await rm(folder, { recursive: true, force: true });
    });

    async function open(width: number, colorScheme: 'dark' | 'light'): Promise<{ page: Page; asked: string[]; said: string[] }> {
      const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
      const [asked, said]: [string[], string[]] = [[], []];
      page.on('request', (request) => asked.push(request.url()));
      page.on('console', (message) => said.push(message.text()));
      page.on('pageerror', (error) => said.push(error.message));
      await page.goto(pathToFileURL(join(folder, 'card.html')).href);
      return { page, asked, said };
    }

    test.each([360, 768, 1280])('at %i px: nothing asked for, nothing run, nothing cut off sideways', async (width) => {
      const { page, asked, said } = await open(width, 'light');
      for (const details of await page.locator('details').all()) await details.evaluate((node) => node.setAttribute('open', ''));
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      expect(asked).toHaveLength(1);
      expect(said).toEqual([]);
      expect(await page.evaluate('typeof window.hacked')).toBe('undefined');
      expect(await page.evaluate("document.querySelectorAll('script, img, a, iframe, form, link, base').length")).toBe(0);
      expect(await page.evaluate("document.querySelectorAll('style').length")).toBe(1);
      expect(await page.locator('h1').textContent()).toContain('<script>window.hacked=1</script>');
      await page.close();
    });

    test('dark and light are two pages for the eye, both with contrast', async () => {
      const colours: string[] = [];
      for (const scheme of ['dark', 'light'] as const) {
        const { page } = await open(800, scheme);
        colours.push(await page.evaluate('getComputedStyle(document.body).backgroundColor + getComputedStyle(document.body).color'));
        await page.close();
      }
      expect(new Set(colours).size).toBe(2);
    });

    test('print shows what is folded on the screen', async () => {
      const { page } = await open(800, 'light');
      const seen = 'document.querySelector("details ul, details p").checkVisibility({ contentVisibilityAuto: true })';
      expect(await page.evaluate(seen)).toBe(false);
      await page.emulateMedia({ media: 'print' });
      // What `details` hides is decided at the next frame, not when the medium changes: asked at once, a slow machine still says "folded".
      await page.waitForFunction(seen);
      expect((await page.pdf({ format: 'A4' })).length).toBeGreaterThan(10_000);
      await page.close();
    });
  },
);
