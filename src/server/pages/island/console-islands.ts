/*
 * The script of the pages, which runs in browsers. Every page works without it: it adds keys to
 * lists, a palette, a count of selected rows, buttons that copy, and the progress of the server. It
 * imports nothing, and only creates elements and texts, never markup.
 */

/** The parts of the types of browsers that the script uses. */
interface PageElement {
  readonly tagName: string;
  readonly parentElement: PageElement | null;
  textContent: string;
  hidden: boolean;
  value: string;
  checked: boolean;
  href: string;
  type: string;
  append(...parts: readonly (PageElement | string)[]): void;
  remove(): void;
  focus(): void;
  select(): void;
  reset(): void;
  click(): void;
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  matches(selector: string): boolean;
  closest(selector: string): PageElement | null;
  querySelector(selector: string): PageElement | null;
  querySelectorAll(selector: string): Iterable<PageElement>;
  addEventListener(type: string, listener: (event: PageEvent) => void): void;
  showModal(): void;
  close(): void;
}

interface PageEvent {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly target: PageElement;
  preventDefault(): void;
}

interface PageDocument {
  readonly visibilityState: 'hidden' | 'visible';
  readonly activeElement: PageElement | null;
  readonly body: PageElement;
  createElement(name: string): PageElement;
  querySelector(selector: string): PageElement | null;
  querySelectorAll(selector: string): Iterable<PageElement>;
  addEventListener(type: string, listener: (event: PageEvent) => void): void;
}

declare const document: PageDocument;
/** Filters show the state of the page, even if the browser shows a page again. */
declare function addEventListener(type: 'pageshow', listener: () => void): void;
declare const location: { href: string };
declare const localStorage: {
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
};
declare const navigator: { readonly clipboard: { writeText(text: string): Promise<void> } };
declare const customElements: { define(name: string, element: object): void };
declare const HTMLElement: new () => PageElement;
declare const EventSource: new (
  address: string,
) => {
  addEventListener(type: 'progress', listener: (event: { readonly data: string }) => void): void;
  close(): void;
};

function create(name: string, text: string): PageElement {
  const element = document.createElement(name);
  element.textContent = text;
  return element;
}

/** The first link of each row of the tables. */
function listRows(): readonly PageElement[] {
  return [...document.querySelectorAll('main tbody tr')].flatMap(
    (row) => row.querySelector('th a, td a, th input') ?? [],
  );
}

function moveRow(step: number): void {
  const rows = listRows();
  const current = document.activeElement?.closest('tr')?.querySelector('th a, td a, th input');
  const at = current == null ? -1 : rows.indexOf(current);
  const next = at === -1 ? (step > 0 ? 0 : rows.length - 1) : at + step;
  rows[Math.min(Math.max(next, 0), rows.length - 1)]?.focus();
}

function selectRow(): void {
  document.activeElement?.closest('tr')?.querySelector('input[type=checkbox]')?.click();
}

/** An answer needs a reason: without one, the field for it is shown. */
function answerDraft(answer: string): void {
  const box = document.activeElement?.closest('tr')?.querySelector('input[type=checkbox]');
  if (box?.checked === false) {
    box.click();
  }
  const button = document.querySelector(`button[name=answer][value=${answer}]`);
  const reason = button?.closest('form')?.querySelector('textarea[name=reason]');
  if (reason?.value === '') {
    reason.focus();
  } else {
    button?.click();
  }
}

function openLink(selector: string): void {
  document.querySelector(selector)?.click();
}

const KEYS: readonly (readonly [string, string, () => void])[] = [
  ['j', 'next row', () => moveRow(1)],
  ['k', 'row before', () => moveRow(-1)],
  ['x', 'select the row', selectRow],
  ['e', 'decide about the finding, or edit the draft', () => openLink('main a[href^="/decide"]')],
  ['a', 'approve the draft, or the selected ones', () => answerDraft('approve')],
  ['r', 'reject the draft, or the selected ones', () => answerDraft('reject')],
  ['/', 'search', () => document.querySelector('#find')?.focus()],
  [']', 'next page of the list', () => openLink('a[rel=next]')],
  ['[', 'first page of the list', () => openLink('.pager a:not([rel])')],
];
const STORED = 'plimsoll-keys';

/** Keys that move in lists, with a dialog that explains them and switches them off. */
class ListKeys extends HTMLElement {
  constructor() {
    super();
    const help = createHelp();
    const button = create('button', 'Keyboard shortcuts');
    button.type = 'button';
    button.addEventListener('click', () => help.showModal());
    this.append(button, help);
    document.addEventListener('keydown', (event) => {
      const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
      const isTyping = event.target.matches('input:not([type=checkbox]), textarea, select');
      if (!isPlain || isTyping || localStorage.getItem(STORED) === 'off') {
        return;
      }
      if (event.key === '?') {
        help.showModal();
      }
      const known = KEYS.find(([key]) => key === event.key);
      if (known !== undefined) {
        event.preventDefault();
        known[2]();
      }
    });
  }
}

function createHelp(): PageElement {
  const dialog = create('dialog', '');
  const list = create('ul', '');
  for (const [key, about] of [...KEYS, ['?', 'this help'], ['Ctrl K', 'palette']] as const) {
    const line = create('li', '');
    line.append(create('kbd', key), ` ${about}`);
    list.append(line);
  }
  const isOff = localStorage.getItem(STORED) === 'off';
  const toggle = create('button', isOff ? 'Switch shortcuts on' : 'Switch shortcuts off');
  toggle.addEventListener('click', () => {
    localStorage.setItem(STORED, localStorage.getItem(STORED) === 'off' ? 'on' : 'off');
    toggle.textContent =
      localStorage.getItem(STORED) === 'off' ? 'Switch shortcuts on' : 'Switch shortcuts off';
  });
  const close = create('button', 'Close');
  close.addEventListener('click', () => dialog.close());
  dialog.append(create('h2', 'Keyboard shortcuts'), list, toggle, ' ', close);
  return dialog;
}

/** Finds a page by the start of its name, or searches. */
class CommandPalette extends HTMLElement {
  constructor() {
    super();
    const dialog = create('dialog', '');
    dialog.setAttribute('aria-label', 'Palette');
    const input = create('input', '');
    input.setAttribute('aria-label', 'Page, CVE, package, image or digest');
    const list = create('ul', '');
    const links = [...document.querySelectorAll('nav.toc a, main a[href^="/"]')];
    const show = (): void => {
      const words = input.value.toLowerCase();
      list.textContent = '';
      links
        .filter(({ textContent }) => textContent.toLowerCase().includes(words))
        .slice(0, 8)
        .forEach(({ textContent, href }) => {
          const line = create('li', '');
          const link = create('a', textContent);
          link.href = href;
          line.append(link);
          list.append(line);
        });
    };
    input.addEventListener('input', show);
    input.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') {
        event.preventDefault();
        const first = list.querySelector('a');
        const search = `/search?q=${encodeURIComponent(input.value)}`;
        location.href = first === null || input.value === '' ? search : first.href;
      }
    });
    dialog.append(input, list);
    this.append(dialog);
    document.addEventListener('keydown', (event) => {
      if (event.key === 'k' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        input.value = '';
        show();
        dialog.showModal();
        input.focus();
      }
    });
  }
}

/** Counts the selected rows of its form, and selects all. */
class SelectCount extends HTMLElement {
  constructor() {
    super();
    const form = this.closest('form');
    const boxes = [...(form?.querySelectorAll('input[type=checkbox]') ?? [])];
    const output = create('output', '');
    const show = (): void => {
      output.textContent = `${boxes.filter(({ checked }) => checked).length} of ${boxes.length} selected`;
    };
    const all = create('button', 'Select all');
    all.type = 'button';
    all.addEventListener('click', () => {
      boxes.forEach((box) => {
        box.checked = true;
      });
      show();
    });
    form?.addEventListener('change', show);
    this.append(all, ' ', output);
    show();
  }
}

/** Adds a button to each text that can be copied. */
class CopyAs extends HTMLElement {
  constructor() {
    super();
    for (const field of this.querySelectorAll('textarea')) {
      const button = create('button', 'Copy');
      button.type = 'button';
      button.addEventListener('click', () => {
        void navigator.clipboard.writeText(field.value).then(
          () => {
            button.textContent = 'Copied';
          },
          () => field.select(),
        );
      });
      field.parentElement?.append(button);
    }
  }
}

/**
 * Reports a revision that is newer than the page, and the open jobs. Only visible pages listen,
 * because browsers open few connections to one server.
 */
class LiveState extends HTMLElement {
  constructor() {
    super();
    const [state, jobs] = [...this.querySelectorAll('span')];
    let known = Number(this.getAttribute('data-revision'));
    const show = (revision: number, openJobs: number): void => {
      if (revision > known && state !== undefined) {
        known = revision;
        const link = create('a', 'reload');
        link.href = location.href.replace(/#.*/, '');
        state.textContent = `Revision ${revision} is new: `;
        state.append(link);
      }
      if (jobs !== undefined) {
        jobs.textContent = `${openJobs} open job${openJobs === 1 ? '' : 's'}`;
      }
    };
    let source: InstanceType<typeof EventSource> | undefined;
    const listen = (): void => {
      source?.close();
      source = undefined;
      if (document.visibilityState === 'visible') {
        source = new EventSource('/api/v1/changes/events?only=progress');
        source.addEventListener('progress', ({ data }) => {
          const { revision, openJobs } = JSON.parse(data) as Readonly<Record<string, number>>;
          show(revision ?? 0, openJobs ?? 0);
        });
      }
    };
    document.addEventListener('visibilitychange', listen);
    listen();
  }
}

/** Browsers put back what was chosen before a page was left, which is not what the page shows. */
addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('form.filter')) {
    form.reset();
  }
});
customElements.define('list-keys', ListKeys);
customElements.define('command-palette', CommandPalette);
customElements.define('select-count', SelectCount);
customElements.define('copy-as', CopyAs);
customElements.define('live-state', LiveState);
