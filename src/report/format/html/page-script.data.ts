/* Origin: our own. */

import { THEME_SCRIPT } from '../../../foundation/present/page-look.data.ts';

/**
 * The behavior of the page if scripts run. It moves and hides existing elements, and writes texts
 * only as texts. Hidden rows are removed from the document, so that ten thousand of them do not
 * slow it down.
 */
export const PAGE_SCRIPT = `${THEME_SCRIPT}
(() => {
  const byId = (id) => document.getElementById(id);
  const built = byId('built');
  if (built) {
    const days = Math.floor((Date.now() - Date.parse(built.dateTime)) / 86400000);
    if (days > 0) byId('age').textContent = days + (days === 1 ? ' day' : ' days') + ' old today. ';
  }

  const grouped = (count) => String(count).replace(/\\B(?=(\\d{3})+$)/g, ',');

  function createPages(items, host, nav, size, prepare = () => {}) {
    let list = items;
    let page = 0;
    let shown = items;
    const button = (text, step) => {
      const made = document.createElement('button');
      made.type = 'button';
      made.textContent = text;
      made.addEventListener('click', () => { page += step; draw(); host.closest('section').scrollIntoView(); });
      return made;
    };
    const back = button('Previous', -1);
    const on = button('Next', 1);
    const where = document.createElement('span');
    nav.append(back, where, on);
    const kept = [...host.children].filter((child) => child.tagName !== items[0]?.tagName);
    function put(next) {
      next.forEach(prepare);
      host.replaceChildren(...kept, ...next);
      shown = next;
    }
    function draw() {
      const pages = Math.max(1, Math.ceil(list.length / size));
      page = Math.min(Math.max(page, 0), pages - 1);
      put(list.slice(page * size, (page + 1) * size));
      nav.hidden = pages === 1;
      back.disabled = page === 0;
      on.disabled = page === pages - 1;
      where.textContent = 'Page ' + (page + 1) + ' of ' + grouped(pages);
    }
    addEventListener('beforeprint', () => put(list));
    addEventListener('afterprint', draw);
    return { show(next) { list = next; page = 0; draw(); }, shown: () => shown };
  }

  const texts = new WeakMap();
  function textOf(item) {
    let text = texts.get(item);
    if (text === undefined) {
      text = item.textContent.toLowerCase();
      texts.set(item, text);
    }
    return text;
  }
  const fits = (item, words) => words.length === 0 || words.every((word) => textOf(item).includes(word));
  const wordsOf = (input) => input.value.toLowerCase().split(/\\s+/).filter(Boolean);
  function soon(action) {
    let timer = 0;
    return () => { clearTimeout(timer); timer = setTimeout(action, 120); };
  }

  const table = byId('ft');
  if (table) {
    const all = [...table.tBodies];
    function addToggle(body) {
      const cells = body.rows[0].cells;
      if (cells[0].querySelector('.tog') || !body.rows[1]) return;
      const toggle = document.createElement('button');
      toggle.type = 'button';
      toggle.className = 'tog';
      toggle.setAttribute('aria-expanded', 'false');
      toggle.setAttribute('aria-label', 'Why ' + cells[1].textContent + ' on ' + cells[2].textContent);
      cells[0].prepend(toggle);
    }
    const pages = createPages(all, table, byId('pager'), 100, addToggle);
    const tools = byId('tools');
    tools.hidden = false;
    const boxes = [...tools.querySelectorAll('input[name=s]')];
    let sorting;

    const states = { person: ['open', 'suggested', 'noted'], aside: ['rule', 'vex', 'derived'] };
    const chosen = (id) => byId('c-' + id) ? byId('c-' + id).value : '';
    function refresh() {
      const words = wordsOf(byId('q'));
      const severities = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
      const wish = chosen('d');
      const wanted = wish === '' ? undefined : states[wish] || [wish];
      const [fix, type, layer, exploited] = [chosen('f'), chosen('t'), chosen('l'), byId('c-x').checked];
      const list = all.filter(({ dataset }) =>
        severities.has(dataset.s) &&
        (wanted === undefined || wanted.includes(dataset.d ?? 'open')) &&
        (fix === '' || dataset.f === fix) &&
        (type === '' || dataset.t === type) &&
        (layer === '' || (dataset.l ?? '0') === layer) &&
        (!exploited || dataset.x === '1')).filter((body) => fits(body, words));
      if (sorting) sort(list);
      pages.show(list);
      remember();
      byId('count').textContent = list.length === 0
        ? 'No matching findings. Reset the filters to show those that need review.'
        : grouped(list.length) + ' of ' + grouped(all.length) + (all.length === 1 ? ' finding' : ' findings');
    }

    // What was chosen stands in the address, so that it can be kept and sent.
    const controls = [...tools.querySelectorAll('input[id],select')];
    function remember() {
      const chosen = new URLSearchParams();
      for (const { id, type, value, checked } of controls) {
        if (type === 'checkbox' ? checked : value !== usual.get(id)) chosen.set(id, type === 'checkbox' ? '1' : value);
      }
      const hidden = boxes.filter((box) => !box.checked).map((box) => box.value);
      if (hidden.length > 0) chosen.set('without', hidden.join(' '));
      const text = String(chosen);
      if (text !== '') history.replaceState(null, '', '#findings?' + text);
      else if (location.hash.startsWith('#findings?')) history.replaceState(null, '', '#findings');
    }
    const usual = new Map(controls.map(({ id, value }) => [id, value]));
    function recall() {
      if (!location.hash.startsWith('#findings?')) return;
      const chosen = new URLSearchParams(location.hash.slice('#findings?'.length));
      for (const control of controls) {
        if (control.type === 'checkbox') control.checked = chosen.has(control.id);
        else control.value = chosen.get(control.id) ?? usual.get(control.id);
      }
      const hidden = (chosen.get('without') ?? '').split(' ');
      for (const box of boxes) box.checked = !hidden.includes(box.value);
    }

    const valueOf = {
      s: (body) => Number(body.dataset.s),
      r: (body) => Number(body.dataset.r ?? 0),
      e: (body) => Number(body.dataset.e ?? 0),
      i: (body) => body.rows[0].cells[1].textContent,
      n: (body) => body.rows[0].cells[2].textContent,
      f: (body) => body.rows[0].cells[3].textContent,
    };
    function sort(list) {
      const { key, down } = sorting;
      const values = new Map(list.map((body) => [body, valueOf[key](body)]));
      list.sort((left, right) => {
        const [one, other] = [values.get(left), values.get(right)];
        return (one < other ? -1 : one > other ? 1 : 0) * (down ? -1 : 1);
      });
    }
    for (const head of table.tHead.querySelectorAll('th[data-k]')) {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = head.textContent;
      head.replaceChildren(button);
      button.addEventListener('click', () => {
        const key = head.dataset.k;
        const isNumber = 'sre'.includes(key);
        sorting = { key, down: sorting && sorting.key === key ? !sorting.down : isNumber };
        for (const other of table.tHead.querySelectorAll('th')) other.removeAttribute('aria-sort');
        head.setAttribute('aria-sort', sorting.down ? 'descending' : 'ascending');
        refresh();
      });
    }

    function open(body, isOpen) {
      if (!body.rows[1]) return;
      body.classList.toggle('open', isOpen);
      body.querySelector('.tog').setAttribute('aria-expanded', String(isOpen));
      body.querySelector('details').open = isOpen;
      const more = body.querySelector('.more');
      const source = more && byId(more.firstElementChild.hash.slice(1));
      if (isOpen && source) {
        const copy = source.cloneNode(true);
        copy.removeAttribute('id');
        more.replaceWith(copy);
      }
    }
    table.addEventListener('click', (event) => {
      const row = event.target.closest('tbody > tr');
      // Who marks a text of the row does not mean to open it; the button always does.
      const isMarking = !event.target.closest('.tog') && String(getSelection()) !== '';
      const isText = event.target.closest('a') || isMarking;
      if (row && !row.classList.contains('r') && !isText) {
        open(row.parentElement, !row.parentElement.classList.contains('open'));
      }
    });
    byId('expand').addEventListener('click', () => {
      const bodies = pages.shown().filter((body) => body.rows[1]);
      const isOpen = !bodies.every((body) => body.classList.contains('open'));
      for (const body of bodies) open(body, isOpen);
    });
    byId('q').addEventListener('input', soon(refresh));
    tools.addEventListener('change', refresh);
    tools.addEventListener('submit', (event) => event.preventDefault());
    tools.addEventListener('reset', () => setTimeout(refresh));
    addEventListener('hashchange', () => {
      if (location.hash.startsWith('#findings?')) {
        recall();
        refresh();
      }
    });
    recall();
    refresh();
  }

  const packages = byId('pt');
  const rows = [...packages.tBodies[0].rows];
  const packagePages = createPages(rows, packages.tBodies[0], byId('ppager'), 100);
  const form = byId('ptools');
  form.hidden = rows.length === 0;
  function refreshPackages() {
    const words = wordsOf(byId('pq'));
    const list = rows.filter((row) => fits(row, words));
    packagePages.show(list);
    byId('pcount').textContent = grouped(list.length) + ' of ' + grouped(rows.length) + (rows.length === 1 ? ' package' : ' packages');
  }
  byId('pq').addEventListener('input', soon(refreshPackages));
  form.addEventListener('submit', (event) => event.preventDefault());
  refreshPackages();

  addEventListener('keydown', (event) => {
    const search = byId('q');
    if (event.key === '/' && search && !/INPUT|SELECT|TEXTAREA/.test(event.target.tagName)) {
      event.preventDefault();
      search.focus();
    }
  });
})();
`;
