// The heading of a page, which may come with its answer. Where somebody has arrived is said to
// those who hear the page, and is where the keyboard goes on; not so where the board is opened.
import { html } from '../html.js';
import { useEffect, useRef } from '../hooks.js';
import { t } from '../words.js';

let isOpened = false;

export function Heading({ children }) {
  const element = useRef(null);
  useEffect(() => {
    document.title = `${element.current.textContent.trim()} · ${t('product')}`;
  });
  useEffect(() => {
    if (isOpened) element.current.focus();
    isOpened = true;
  }, []);
  return html`<h1 tabindex="-1" ref=${element}>${children}</h1>`;
}

export function NoPage() {
  return html`<${Heading}>${t('page.none')}<//><p>${t('page.none.why')}</p>`;
}
