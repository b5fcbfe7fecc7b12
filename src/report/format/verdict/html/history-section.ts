import { formatCount } from '../../../../foundation/core/screen-text.ts';
import type { VerdictReport } from '../../../../foundation/core/verdict-format.ts';
import { type Markup, markup } from '../../../../foundation/present/markup.ts';
import { describeControlChange } from '../evidence.ts';
import { toAnchor } from './headline.ts';

/** Lists what changed since the earlier verdict; `undefined` without one. */
export function createHistorySection({ verdict, history }: VerdictReport): Markup | undefined {
  if (history === undefined) {
    return undefined;
  }
  const changed = (verdict.controls ?? []).filter(
    ({ key, status }) => history.controls.get(key) !== status,
  );
  const items = changed.map(
    (control) =>
      markup`<li><a href="#${toAnchor(control.key)}">${control.key}</a> is ${control.status.replace('-', ' ')}; ${describeControlChange(control, history) ?? ''}</li>`,
  );
  const inputs = history.inputs.map(({ cause }) => cause).join(', ');
  const same = history.before === verdict.outcome;
  const text = same ? `still ${verdict.outcome}` : `${verdict.outcome}, was ${history.before}`;
  return markup`<section id="history"><h2>History</h2><p>Compared with the verdict of ${history.since}: ${text}. Inputs that differ: ${inputs === '' ? 'none' : inputs}. ${formatCount(changed.length, 'control')} changed.</p><ul>${items}</ul></section>`;
}
