// Opens pages in Debian's Chromium, by playwright-core.
//   NODE_MODULES=DIR node board.mjs URL
// Answers a line of JSON with a line of JSON until its input ends: {"do": WORD, ...} with {"is": ...}, or with {"failed": WHY}.
// Words are the functions of `words`. What the page said that it should not (errors, warnings, what the policy of its content
// stopped, dialogs) is kept until `complaints` asks.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const require = createRequire(process.env.NODE_MODULES + '/');
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const PATIENCE_MS = 60_000;
const [base] = process.argv.slice(2);

// The sandbox of Chromium wants rights that a container does not give; only pages of this test are opened.
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-US' });
context.setDefaultTimeout(PATIENCE_MS);
const complaints = [];
let page = null;
let network = null; // the debugger's session that says whether the page keeps files

async function begin() {
  await page?.close();
  page = await context.newPage();
  network = null;
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error.stack ?? error)));
  page.on('dialog', (dialog) => { complaints.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  await page.addInitScript(() => addEventListener('securitypolicyviolation', (event) =>
    console.error(`policy: ${event.violatedDirective} stopped ${event.blockedURI} ${event.sample}`)));
}

// What is meant: {role, name}, {label}, {css} and perhaps {text} in it, or {text}.
function one({ role, name, label, css, text }) {
  if (role) return page.getByRole(role, { name });
  if (label) return page.getByLabel(label, { exact: true });
  if (css) return text ? page.locator(css).filter({ hasText: text }) : page.locator(css);
  return page.getByText(text);
}

const words = {
  begin,
  async open({ at, query = '' }) {
    await words.resize({ width: 1280 });
    await page.goto('about:blank');
    await page.goto(`${base}/${query}${at}`);
    await words.settled();
  },
  resize: ({ width }) => page.setViewportSize({ width, height: 900 }),
  // The page has its heading, and waits for nothing.
  settled: () => page.waitForFunction(() => document.querySelector('main h1') && !document.querySelector('.waiting')),
  see: (asked) => one(asked).first().waitFor({ state: 'visible' }),
  click: (asked) => one(asked).first().click(),
  fill: (asked) => one(asked).first().fill(asked.value),
  choose: (asked) => one(asked).first().selectOption(asked.value),
  press: ({ key }) => page.keyboard.press(key),
  text: (asked) => one(asked).first().innerText(),
  count: (asked) => one(asked).count(),
  evaluate: ({ script }) => page.evaluate(script),
  // Asked by the debugger: what a page evaluates by itself the policy of its content forbids.
  async until({ script }) {
    for (const began = Date.now(); Date.now() < began + PATIENCE_MS;) {
      if (await page.evaluate(script)) return true;
      await page.evaluate(() => new Promise((done) => { requestAnimationFrame(done); }));
    }
    throw new Error(`never: ${script}`);
  },
  // Whether files that came once are kept.
  async cache({ isOn }) {
    network ??= await context.newCDPSession(page);
    await network.send('Network.enable');
    await network.send('Network.setCacheDisabled', { cacheDisabled: !isOn });
  },
  // Leaves requests to such addresses without an answer.
  async hold({ at }) {
    await page.route(at, () => {});
  },
  // What the page holds once nothing is left that could be collected.
  async heap() {
    const session = await context.newCDPSession(page);
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    const { nodes } = await session.send('Memory.getDOMCounters');
    await session.detach();
    return { bytes: usedSize, nodes };
  },
  media: (asked) => page.emulateMedia(asked.how),
  // Prints the page, as the browser's own command does.
  async paper({ to }) {
    await page.pdf({ path: to, format: 'Letter' });
  },
  shot: ({ to, whole = true }) => page.screenshot({ path: to, fullPage: whole }).then(() => true),
  // All that axe knows of WCAG 2.2 A and AA, or some of its rules.
  async violations({ rules = null }) {
    // By the debugger, which the policy of the page's content does not bind.
    const session = await context.newCDPSession(page);
    await session.send('Runtime.evaluate', { expression: axe });
    const only = rules === null ? { type: 'tag', values: RULES } : { type: 'rule', values: rules };
    const found = await page.evaluate((runOnly) => window.axe.run(document, { runOnly }), only);
    await session.detach();
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes.length}, first ${nodes[0].html.slice(0, 200)}: ${nodes[0].failureSummary}`);
  },
  complaints: () => complaints.splice(0),
  cookies: () => context.cookies(),
  forgetCookies: () => context.clearCookies(),
  address: () => page.url(),
};

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  try {
    console.log(JSON.stringify({ is: (await words[asked.do](asked)) ?? null }));
  } catch (error) {
    console.log(JSON.stringify({ failed: String(error.message ?? error).slice(0, 1500) }));
  }
}
await browser.close();
