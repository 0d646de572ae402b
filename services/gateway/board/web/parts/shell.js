// What is around every page: where one is, where one can go, and whether it is live.
import { html } from '../html.js';
import { folder } from '../folder.js';
import { href } from '../router.js';
import { LANGUAGES, language, t } from '../words.js';
import { LiveBar } from './live_bar.js';
import { Name } from './said.js';
import { SignedIn } from './session.js';

const PLACES = ['', 'alerts', 'practices', 'calendar', 'quarantine', 'commands'];
const PARTS_OF = {
  alert: 'alerts',
  practice: 'practices',
  command: 'commands',
  plan: '',
  school: '',
  survey: '',
  team: '',
  indicator: '',
  visit: '',
  questions: '',
};

function Places({ route }) {
  const here = PARTS_OF[route.page] ?? route.page;
  return html`
    <nav aria-label=${t('shell.places')}><ul>
      ${PLACES.map(
        (place) => html`<li>
        <a href=${href(route.district, place)} aria-current=${place === here ? 'page' : undefined}>
          ${t(`shell.${place || 'overview'}`)}</a></li>`,
      )}
    </ul></nav>`;
}

// The address after # is the page's, so the way past the header is no link.
function skip() {
  document.querySelector('main h1')?.focus();
}

function Languages() {
  return html`<ul aria-label=${t('shell.languages')}>
    ${Object.entries(LANGUAGES).map(
      ([one, name]) => html`<li>
      ${
        one === language
          ? html`<span lang=${one}>${name}</span>`
          : html`<a lang=${one} hreflang=${one} href=${`?lang=${one}${location.hash}`}>${name}</a>`
      }</li>`,
    )}
  </ul>`;
}

export function Shell({ route, board, children }) {
  return html`
    <button type="button" class="skip" onClick=${skip}>${t('shell.skip')}</button>
    <header>
      <p class="product"><a href="#/">${t('product')}</a>
        ${
          board &&
          html` <a class="district" href=${href(route.district)}><${Name}
          text=${board.about.name} /></a>`
        }</p>
      ${route.district && html`<${Places} route=${route} />`}
      <${LiveBar} zone=${board?.zone} />
      <${SignedIn} />
    </header>
    <main id="main">${children}</main>
    <footer>
      <${Languages} />
      <p><a href="/v1/openapi.json">${t('shell.api')}</a> ·${' '}
        ${t('shell.made-with')} <a href=${`${folder}vendor/LICENSE-preact.txt`}>Preact</a>,
        ${' '}<a href=${`${folder}vendor/LICENSE-htm.txt`}>htm</a></p>
    </footer>`;
}

// Where the page is, from the district down.
export function Trail({ board, school, team }) {
  return html`
    <nav class="trail" aria-label=${t('shell.trail')}><ol>
      <li><a href=${href(board.district)}><${Name} text=${board.about.name} /></a></li>
      ${
        school &&
        html`<li><a href=${href(board.district, 'school', [school])}>
        <${Name} text=${board.names.school(school)} /></a></li>`
      }
      ${
        team &&
        html`<li><a href=${href(board.district, 'team', [school, team])}>
        <${Name} text=${board.names.team(school, team)} /></a></li>`
      }
    </ol></nav>`;
}
