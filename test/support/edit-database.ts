import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { drawNumber, pick, type Random } from './random-version.ts';

type Row = Readonly<Record<string, string | number | null>>;

/** Edits a database of Grype's schema 6 at random, as days of its feeds do. */
export class DatabaseEditor implements Disposable {
  readonly #database: DatabaseSync;
  readonly #random: Random;
  /** IDs of statements about packages that a fleet contains, and of the CVEs in them. */
  readonly #statements: readonly Row[];

  /** `names`: packages whose statements are preferred. */
  constructor(file: string, random: Random, names: ReadonlySet<string>) {
    this.#database = new DatabaseSync(file);
    this.#random = random;
    const rows = this.#database
      .prepare(
        `select h.id, h.vulnerability_id, h.operating_system_id, h.package_id, h.blob_id, p.name,
           v.name as cve from affected_package_handles h
         join packages p on p.id = h.package_id
         join vulnerability_handles v on v.id = h.vulnerability_id`,
      )
      .all() as Row[];
    const preferred = rows.filter(({ name }) => names.has(String(name).toLowerCase()));
    this.#statements = preferred.length > 0 ? preferred : rows;
    this.#database.exec('begin');
  }

  /** Edits one row, and returns what it did. */
  edit(): string {
    const [name, run] = pick(this.#random, EDITS);
    return `${name} ${run.call(this)}`;
  }

  [Symbol.dispose](): void {
    this.#database.exec('commit');
    this.#database.close();
  }

  pickStatement(): Row {
    return pick(this.#random, this.#statements);
  }

  drawNumber(bound: number): number {
    return drawNumber(this.#random, bound);
  }

  run(sql: string, ...values: readonly (string | number | null)[]): void {
    this.#prepare(sql).run(...values);
  }

  read(sql: string, ...values: readonly (string | number)[]): Row | undefined {
    return this.#prepare(sql).get(...values) as Row | undefined;
  }

  /** Gives a statement or a record a changed copy of its content. */
  changeContent(table: string, id: number, change: (text: string) => string): string {
    const row = this.read(
      `select b.value from ${table} h join blobs b on b.id = h.blob_id where h.id = ?`,
      id,
    );
    const text = change(String(row?.['value'] ?? '{}'));
    this.run('insert into blobs (value) values (?)', text);
    this.run(`update ${table} set blob_id = (select max(id) from blobs) where id = ?`, id);
    return `${table} ${id}`;
  }

  #prepare(sql: string): StatementSync {
    return this.#database.prepare(sql);
  }
}

type Edit = (this: DatabaseEditor) => string;

const EDITS: readonly (readonly [string, Edit])[] = [
  ['moves a range', moveRange],
  ['opens a range', openRange],
  ['rejects', rejectVulnerability],
  ['adds an alias to', addAlias],
  ['removes the aliases of', removeAliases],
  ['rates', rateRecord],
  ['describes the related records of', describeRelated],
  ['scores', scoreVulnerability],
  ['marks as exploited', markExploited],
  ['ends the life of release', endLife],
  ['adds an ecosystem rule', addEcosystemRule],
  ['adds a system rule', addSystemRule],
  ['changes an architecture', changeArchitecture],
  ['removes the statement', removeStatement],
  ['copies the statement', copyStatement],
];

function moveRange(this: DatabaseEditor): string {
  const { id } = this.pickStatement();
  const more = this.drawNumber(9);
  return this.changeContent('affected_package_handles', Number(id), (text) =>
    text.replaceAll(/([0-9]+)(?=["-])/g, (digits) => String(Number(digits) + more)),
  );
}

function openRange(this: DatabaseEditor): string {
  const { id } = this.pickStatement();
  return this.changeContent('affected_package_handles', Number(id), (text) =>
    JSON.stringify({
      ...JSON.parse(text),
      ranges: [{ version: { constraint: '' }, fix: { state: 'not-fixed' } }],
    }),
  );
}

function rejectVulnerability(this: DatabaseEditor): string {
  const { vulnerability_id: id = 0 } = this.pickStatement();
  const date = '2026-11-25 00:00:00+00:00';
  this.run(
    "update vulnerability_handles set status = 'rejected', withdrawn_date = ? where id = ?",
    date,
    id,
  );
  return String(id);
}

function addAlias(this: DatabaseEditor): string {
  const [left, right] = [this.pickStatement(), this.pickStatement()];
  const [name, alias] = [String(left['cve']), String(right['cve'])];
  this.run('insert or ignore into vulnerability_aliases values (?, ?)', name, alias);
  const id = Number(left['vulnerability_id']);
  this.changeContent('vulnerability_handles', id, (text) => {
    const content = JSON.parse(text) as { readonly aliases?: readonly string[] };
    return JSON.stringify({ ...content, aliases: [...(content.aliases ?? []), alias] });
  });
  return `${name}: ${alias}`;
}

function removeAliases(this: DatabaseEditor): string {
  const { cve, vulnerability_id: id } = this.pickStatement();
  this.run('delete from vulnerability_aliases where name = ?', cve ?? '');
  return this.changeContent('vulnerability_handles', Number(id), (text) =>
    JSON.stringify({ ...JSON.parse(text), aliases: [] }),
  );
}

function rateRecord(this: DatabaseEditor): string {
  const { vulnerability_id: id } = this.pickStatement();
  const value = ['low', 'medium', 'high', 'critical'][this.drawNumber(4)];
  return this.changeContent('vulnerability_handles', Number(id), (text) =>
    JSON.stringify({ ...JSON.parse(text), severities: [{ scheme: 'CHML', value, rank: 1 }] }),
  );
}

/** Records of NVD and others that show up as related to the statements of a distribution. */
function describeRelated(this: DatabaseEditor): string {
  const { cve } = this.pickStatement();
  const record = this.read(
    "select id from vulnerability_handles where name = ? and provider_id in ('nvd', 'github')",
    String(cve),
  );
  return record === undefined
    ? `no record of ${cve}`
    : this.changeContent('vulnerability_handles', Number(record['id']), (text) =>
        JSON.stringify({ ...JSON.parse(text), description: `changed ${this.drawNumber(1e6)}` }),
      );
}

function scoreVulnerability(this: DatabaseEditor): string {
  const { cve } = this.pickStatement();
  this.run('delete from epss_handles where cve = ?', cve ?? '');
  this.run(
    'insert into epss_handles (cve, epss, percentile) values (?, ?, 0.5)',
    cve ?? '',
    this.drawNumber(1000) / 1000,
  );
  return String(cve);
}

function markExploited(this: DatabaseEditor): string {
  const { cve } = this.pickStatement();
  const content = { cve, product: 'p', date_added: '2026-11-24T00:00:00Z', urls: [] };
  this.run('insert into blobs (value) values (?)', JSON.stringify(content));
  this.run(
    `insert into known_exploited_vulnerability_handles (cve, blob_id)
     values (?, (select max(id) from blobs))`,
    cve ?? '',
  );
  return String(cve);
}

function endLife(this: DatabaseEditor): string {
  const { operating_system_id: id } = this.pickStatement();
  const date = `20${20 + this.drawNumber(20)}-01-01 00:00:00+00:00`;
  this.run('update operating_systems set eol_date = ? where id = ?', date, id ?? 0);
  return String(id);
}

const ECOSYSTEMS = ['npm', 'python', 'go-module', 'java-archive', 'gem', 'rust-crate', 'binary'];

function addEcosystemRule(this: DatabaseEditor): string {
  const [from = '', to = ''] = [0, 1].map(() => ECOSYSTEMS[this.drawNumber(ECOSYSTEMS.length)]);
  this.run('insert or ignore into package_specifier_overrides values (?, ?)', from, to);
  return `${from} to ${to}`;
}

function addSystemRule(this: DatabaseEditor): string {
  const names = ['wolfi', 'centos', 'rocky', 'mariner', 'fedora'];
  const alias = names[this.drawNumber(names.length)] ?? '';
  const name = 'rhel';
  this.run(
    `insert or ignore into operating_system_specifier_overrides
     values (?, '', '', '', '', ?, NULL, NULL, NULL, NULL, 0, '')`,
    alias,
    name,
  );
  return `${alias} to ${name}`;
}

function changeArchitecture(this: DatabaseEditor): string {
  const alias = `arch-${this.drawNumber(9)}`;
  this.run("insert or replace into architecture_aliases values (?, 'amd64')", alias);
  return alias;
}

function removeStatement(this: DatabaseEditor): string {
  const { id } = this.pickStatement();
  this.run('delete from affected_package_handles where id = ?', id ?? 0);
  return String(id);
}

function copyStatement(this: DatabaseEditor): string {
  const [from, to] = [this.pickStatement(), this.pickStatement()];
  this.run(
    `insert into affected_package_handles (vulnerability_id, operating_system_id, package_id,
       blob_id) values (?, ?, ?, ?)`,
    from['vulnerability_id'] ?? 0,
    to['operating_system_id'] ?? null,
    to['package_id'] ?? 0,
    from['blob_id'] ?? 0,
  );
  return `${from['id']} to ${to['name']}`;
}
