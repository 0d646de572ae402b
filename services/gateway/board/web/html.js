// What makes and shows the page: Preact and htm, as they are in vendor/.
import { h } from './vendor/preact.mjs';
import htm from './vendor/htm.mjs';

export { render } from './vendor/preact.mjs';

export const html = htm.bind(h);
