// Which district: an installation without credentials has to be told.
import { html } from '../html.js';
import { useState } from '../hooks.js';
import { Heading } from '../parts/heading.js';
import { go, href } from '../router.js';
import { t } from '../words.js';

export function ChoosePage() {
  const [district, setDistrict] = useState('');
  const choose = (event) => {
    event.preventDefault();
    if (district.trim()) go(href(district.trim()));
  };
  return html`
    <${Heading}>${t('choose.title')}<//>
    <p>${t('choose.why')}</p>
    <form onSubmit=${choose}>
      <div class="field">
        <label for="district">${t('choose.district')}</label>
        <p class="hint" id="district-hint">${t('choose.hint')}</p>
        <input id="district" aria-describedby="district-hint" autocomplete="off"
          autocapitalize="off" spellcheck=${false}
          required value=${district} onInput=${(event) => setDistrict(event.currentTarget.value)} />
      </div>
      <p class="actions"><button type="submit">${t('choose.open')}</button></p>
    </form>`;
}
