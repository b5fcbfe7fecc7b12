/* Origin: our own. */

import { THEME_SCRIPT } from '../../../../foundation/present/page-look.data.ts';

/** Hides the rows that do not contain the search text. It never makes markup from a text. */
export const COMPARISON_SCRIPT = `${THEME_SCRIPT}
(() => {
  const form = document.getElementById('filter');
  if (!form) return;
  form.hidden = false;
  const input = form.querySelector('input');
  const told = form.querySelector('output');
  const lines = [...document.querySelectorAll('.changes li')];
  let timer = 0;
  const apply = () => {
    const words = input.value.toLowerCase().split(/\\s+/).filter(Boolean);
    let shown = 0;
    for (const line of lines) {
      const text = line.textContent.toLowerCase();
      line.hidden = !words.every((word) => text.includes(word));
      shown += line.hidden ? 0 : 1;
      if (words.length > 0 && !line.hidden) line.closest('details').open = true;
    }
    told.textContent = words.length === 0 ? '' : shown + ' of ' + lines.length + ' lines';
  };
  input.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(apply, 120); });
  form.addEventListener('submit', (event) => event.preventDefault());
})();
`;
