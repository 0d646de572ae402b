// What is drawn in two directions: a grid of levels, lines, and marks. Places are percent of the
// plane, from its upper left corner.
import { html } from '../html.js';
import { percentOf } from './scale.js';

const HIGH = 240;
const BELOW = 24;

// `ticks` are {at, text}; `lines` {kind, points: [[x, y], …]}; `children` lie on top; `first` and
// `last` say where it begins and ends.
export function Plane({ ticks, lines, first, last, height = HIGH, children }) {
  return html`
    <svg class="steps levels" height=${height + BELOW + 8} width="100%">
      <svg class="plane" y="8" width="100%" height=${height}>
        ${ticks.map(
          ({ at, text }, i) => html`
          <line key=${i} class="grid" x1="0" x2="100%" y1=${percentOf(at)} y2=${percentOf(at)} />
          <text key=${`t${i}`} x="0" y=${percentOf(at)} dx="-8" dy="4"
            text-anchor="end">${text}</text>`,
        )}
        <svg viewBox="0 0 100 100" preserveAspectRatio="none" width="100%" height="100%">
          ${lines.map(
            ({ kind, points }, i) => html`
            <polyline key=${i} class=${kind} points=${points.map(String).join(' ')} />`,
          )}
        </svg>
        ${children}
        <text x="0" y=${height + BELOW - 6}>${first}</text>
        <text x="100%" y=${height + BELOW - 6} text-anchor="end">${last}</text>
      </svg>
    </svg>`;
}

export function Dot({ x, y, kind = 'estimate' }) {
  return html`<circle class=${kind} cx=${percentOf(x)} cy=${percentOf(y)} r="5" />`;
}
