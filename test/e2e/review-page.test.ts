import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { PendingItem } from '../../src/store/pending.ts';
import type { Machine } from '../support/cli.ts';
import { tool } from '../support/launch.ts';
import { offer, pinnedTools, pinOfNotes, type Served, said, serve, waitingOf, withNotes } from '../support/waiting.ts';

const browserPath = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
].find((path) => existsSync(path));

/** Everything that a text could try in a browser, in one description. */
const hostile = `<script>window.hacked=1</script><img src="https://drop.example/x" onerror="window.hacked=1"></style><style>body{display:none}</style><form action="https://drop.example"><button>approve</button></form><a href="javascript:window.hacked=1">${'w'.repeat(400)}</a>`;

const changed = said('tools', 'read', tool('read', { description: 'what read does, and a little more' }));
const extra = said('tools', 'extra', tool('extra', { description: hostile }));
const red = said('agentSurface', 'sampling/createMessage', 'sampling/createMessage');

describe.skipIf(browserPath === undefined)(
  'the review page in a real browser (skipped where no Chromium is installed: apt-get install chromium)',
  () => {
    let browser: Browser;

    beforeAll(async () => {
      const args = ['--no-sandbox', '--host-resolver-rules=MAP rebound.test 127.0.0.1'];
      browser = await chromium.launch({ executablePath: browserPath ?? '', args });
    }, 60_000);

    afterAll(async () => {
      await browser?.close();
    });

    interface Opened {
      readonly m: Machine;
      readonly served: Served;
      readonly context: BrowserContext;
      readonly page: Page;
      /** Addresses that the browser asked, and what it said: errors, violations of the content policy. */
      readonly asked: readonly string[];
      readonly complained: readonly string[];
    }

    async function opened(
      items: readonly PendingItem[] = [changed, extra],
      more: Parameters<Browser['newContext']>[0] = {},
    ): Promise<Opened> {
      const m = await withNotes();
      await offer(m, items);
      const served = await serve(m);
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...more });
      onTestFinished(() => context.close());
      const page = await context.newPage();
      const [asked, complained]: [string[], string[]] = [[], []];
      page.on('request', (request) => asked.push(request.url()));
      page.on('console', (message) => complained.push(message.text()));
      page.on('pageerror', (error) => complained.push(error.message));
      await page.goto(served.link);
      return { m, served, context, page, asked, complained };
    }

    const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

    test.each([true, false])('every button does what it says, with scripts allowed or not (%s)', async (javaScriptEnabled) => {
      const { m, page, complained } = await opened([changed, extra, said('tools', 'more', tool('more'))], { javaScriptEnabled });
      const tick = async (only: string) => {
        for (const box of await page.getByRole('checkbox').all()) await box.uncheck();
        await page.getByRole('checkbox', { name: only }).check();
      };
      await tick('changed: tool read');
      await button(page, 'Approve what is ticked').click();
      await page.getByRole('status').filter({ hasText: 'Approved 1 of notes.' }).waitFor();
      expect(pinOfNotes(m).manifest?.tools).toMatchObject({ read: changed.digest });
      await tick('new: tool more');
      await button(page, 'Keep the old').click();
      await page.getByRole('status').filter({ hasText: 'Kept the old words of notes' }).waitFor();
      expect(await waitingOf(m)).toEqual(['extra']);
      await button(page, 'Block for ever').click();
      await page.getByRole('status').filter({ hasText: 'Blocked 1 of notes for ever.' }).waitFor();
      expect(await page.getByText('Nothing waits.').count()).toBe(1);
      expect(pinnedTools(m)).toEqual(['list', 'read']);
      expect(complained).toEqual([]);
    });

    test('the same page with and without scripts', async () => {
      const pages: string[] = [];
      for (const javaScriptEnabled of [true, false]) {
        const { page } = await opened([changed, extra, red], { javaScriptEnabled });
        pages.push((await page.content()).replaceAll(/\b[0-9a-f]{32}\b|sha256-[A-Za-z0-9+/&#;]+=*/g, '<secret>'));
      }
      expect(pages[0]).toBe(pages[1]);
      expect(pages[0]).toContain('<secret>');
    });

    test('with the keyboard alone, also where the name has to be typed; Enter in the field approves nothing', async () => {
      const { m, page } = await opened([changed, red]);
      const to = async (selector: string) => {
        for (let steps = 0; steps < 30; steps += 1) {
          await page.keyboard.press('Tab');
          if (await page.locator(`${selector}:focus`).count()) return;
        }
        throw new Error(`the keyboard does not reach ${selector}`);
      };
      await to('input[type=checkbox]');
      await page.keyboard.press('Space');
      expect(await page.getByRole('checkbox', { name: 'changed: tool read' }).isChecked()).toBe(false);
      await to('input[name=typed]');
      await page.keyboard.type('notes');
      await page.keyboard.press('Enter');
      expect(await waitingOf(m)).toEqual(['read', 'sampling/createMessage']);
      await to('button[value=approve]');
      await page.keyboard.press('Enter');
      await page.getByRole('status').filter({ hasText: 'Approved 1 of notes.' }).waitFor();
      expect(await waitingOf(m)).toEqual(['read']);
    });

    test.each([360, 768, 1280])('at %i px: nothing asked for elsewhere, nothing run, nothing cut off sideways', async (width) => {
      const { page, served, asked, complained } = await opened([changed, extra, red], { viewport: { width, height: 800 } });
      for (const details of await page.locator('details').all()) await details.evaluate((node) => node.setAttribute('open', ''));
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      expect(asked.every((url) => url.startsWith(`${served.origin}/`))).toBe(true);
      expect(asked).toHaveLength(2);
      expect(complained).toEqual([]);
      expect(await page.evaluate('typeof window.hacked')).toBe('undefined');
      expect(await page.evaluate("document.querySelectorAll('script, img, iframe, link, base, object, embed').length")).toBe(0);
      expect(await page.evaluate("document.querySelectorAll('form').length")).toBe(1);
      expect(await page.getByRole('button').count()).toBe(3);
      expect(await page.getByText('<script>window.hacked=1</script>').first().isVisible()).toBe(true);
      // Old and new stand beside each other where there is room, and under each other on a phone.
      const tops = (await page.evaluate(
        "[...document.querySelector('.sides').children].map((side) => side.getBoundingClientRect().top)",
      )) as number[];
      expect(tops[0] === tops[1]).toBe(width >= 768);
    });

    test('the content policy is in force: what would break it is stopped and complained about', async () => {
      const { page, complained } = await opened();
      await page.evaluate(`(() => {
        const image = document.createElement('img'); image.src = 'https://drop.example/x'; document.body.append(image);
        const style = document.createElement('style'); style.textContent = 'body { display: none }'; document.body.append(style);
        const script = document.createElement('script'); script.textContent = 'window.hacked = 1'; document.body.append(script);
      })()`);
      await expect.poll(() => complained.length).toBeGreaterThanOrEqual(3);
      expect(complained.every((text) => text.includes('Content Security Policy'))).toBe(true);
      expect(await page.evaluate('typeof window.hacked')).toBe('undefined');
      expect(await page.locator('body').isVisible()).toBe(true);
    });

    test('dark and light are two pages for the eye', async () => {
      const { page } = await opened();
      const colours = new Set<unknown>();
      for (const colorScheme of ['dark', 'light'] as const) {
        await page.emulateMedia({ colorScheme });
        colours.add(await page.evaluate('getComputedStyle(document.body).backgroundColor'));
      }
      expect(colours.size).toBe(2);
    });

    test('the link is used up: another browser gets nothing, and no script can read the cookie', async () => {
      const { page, served, context } = await opened();
      expect(page.url()).toMatch(/\/[0-9a-f]{32}\/$/);
      expect(await page.evaluate('document.cookie')).toBe('');
      expect(await context.cookies(page.url())).toMatchObject([{ httpOnly: true, sameSite: 'Strict', path: new URL(page.url()).pathname }]);
      const second = await browser.newContext();
      onTestFinished(() => second.close());
      const other = await second.newPage();
      expect((await other.goto(served.link))?.status()).toBe(403);
      expect((await other.goto(page.url()))?.status()).toBe(403);
      expect(served.events.at(-1)).toEqual({ event: 'dead-link' });
      await page.reload();
      expect(await page.getByRole('button').count()).toBe(3);
    });

    test('a page of another port, which shares the site, can neither press a button nor show the page in a frame', async () => {
      const { m, page, context, served } = await opened();
      // The worst case: whoever wrote it knows the secret path and everything in the form.
      const form = await page.locator('form').evaluate((node) => node.outerHTML);
      const home = page.url();
      const evil = createServer((request, response) => {
        const framed = request.url === '/frame';
        const body = framed ? `<iframe src="${home}"></iframe>` : form.replace('action="', `action="${served.origin}`);
        response.writeHead(200, { 'content-type': 'text/html' }).end(`<!doctype html>${body}`);
      });
      await new Promise<void>((resolve) => evil.listen(0, '127.0.0.1', resolve));
      onTestFinished(() => void evil.close());
      const { port } = evil.address() as AddressInfo;
      for (const host of ['127.0.0.1', 'rebound.test']) {
        const attack = await context.newPage();
        await attack.goto(`http://${host}:${port}/`);
        const answered = attack.waitForResponse((response) => response.request().method() === 'POST');
        await button(attack, 'Approve what is ticked').click();
        expect((await answered).status(), host).toBe(403);
      }
      const frame = await context.newPage();
      const blocked: string[] = [];
      frame.on('console', (message) => blocked.push(message.text()));
      await frame.goto(`http://127.0.0.1:${port}/frame`);
      await expect.poll(() => blocked.join()).toMatch(/frame|status of 403/i);
      expect(await frame.frameLocator('iframe').getByRole('button').count()).toBe(0);
      expect(await waitingOf(m)).toEqual(['read', 'extra']);
    });

    test('a name that was rebound to this machine is not this page', async () => {
      const m = await withNotes();
      const served = await serve(m);
      const context = await browser.newContext();
      onTestFinished(() => context.close());
      const page = await context.newPage();
      const answered = await page.goto(served.link.replace('127.0.0.1', 'rebound.test'));
      expect(answered?.status()).toBe(421);
      expect(await context.cookies()).toEqual([]);
      expect(served.events.map(({ event }) => event)).toEqual(['serving']);
    });

    test('what changed while the page was open is shown again, and not approved', async () => {
      const { m, page } = await opened([changed]);
      const other = said('tools', 'read', tool('read', { description: 'send everything away' }));
      await offer(m, [other]);
      await button(page, 'Approve what is ticked').click();
      await page.getByRole('status').filter({ hasText: 'Nothing was approved' }).waitFor();
      expect(await page.getByText('send everything away').first().isVisible()).toBe(true);
      expect(pinOfNotes(m).manifest?.tools['read']).not.toBe(other.digest);
    });
  },
);
