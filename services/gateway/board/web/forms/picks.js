// One of a few, each as large as a thumb.
import { html } from '../html.js';
import { Name, Said } from '../parts/said.js';

// `options` are {value, label, hint} each; `isRow` puts them side by side.
export function Picks({ id, legend, hint, options, value, set, refusal, isRow = false }) {
  return html`
    <fieldset class=${refusal ? 'picks wrong' : 'picks'} id=${id} tabindex="-1">
      <legend><${Name} text=${legend} /></legend>
      ${hint && html`<p class="hint">${hint}</p>`}
      <div class=${isRow ? 'in-row' : undefined}>
        ${options.map(
          (one) => html`<label class="pick" key=${one.value}><input type="radio" name=${id}
          checked=${one.value === value} onChange=${() => set(one.value)} />
          <span><strong>${one.label}</strong>${' '}
            ${one.hint && html`<${Name} text=${one.hint} />`}</span>
          </label>`,
        )}
      </div>
      ${refusal && html`<p class="refusal"><${Said} text=${refusal} /></p>`}
    </fieldset>`;
}
