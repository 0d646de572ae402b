// What of a list is shown: choices that are part of the page's address.
import { html } from '../html.js';
import { href, replace } from '../router.js';
import { t, valueWord } from '../words.js';

export function Filters({ children }) {
  return html`
    <form class="filters" role="search" aria-label=${t('alerts.filters')}
      onSubmit=${(event) => event.preventDefault()}>${children}</form>`;
}

export function SchoolFilter({ board, route }) {
  return html`<${Filter} name="school" label=${t('filter.school')} any=${t('filter.every-school')}
    options=${board.names.schools.map((one) => [one.school, one.name || one.school])}
    route=${route} />`;
}

export function Filter({ name, label, any, options, route }) {
  const chosen = route.query[name] ?? '';
  const isThere = !chosen || options.some(([one]) => one === chosen);
  const all = isThere ? options : [...options, [chosen, valueWord(chosen)]];
  const change = (event) =>
    replace(
      href(route.district, route.page, [], { ...route.query, [name]: event.currentTarget.value }),
    );
  return html`
    <div class="field"><label for=${`filter-${name}`}>${label}</label>
      <select id=${`filter-${name}`} value=${chosen} onChange=${change}>
        <option value="">${any}</option>
        ${all.map(([one, word]) => html`<option key=${one} value=${one}>${word}</option>`)}
      </select></div>`;
}
