import type { Tables } from '../tables.ts';

/* Origin: our own. */

/** The types of columns that behave the same in every engine. */
export type ColumnType = 'integer' | 'bigint' | 'text' | 'blob';

export interface IndexSchema {
  readonly name: string;
  readonly columns: readonly string[];
  readonly isUnique?: true;
  /** Only rows that meet it are indexed. */
  readonly condition?: string;
}

export interface TableSchema<Row = Readonly<Record<string, unknown>>> {
  /** With a question mark if values may be missing. */
  readonly columns: { readonly [Column in keyof Row]-?: ColumnType | `${ColumnType}?` };
  readonly key: readonly (keyof Row & string)[];
  /** Rows are stored in the order of the key, if the engine can, and are read together by it. */
  readonly isClustered?: boolean;
  /** Of bounded columns only: texts of an image are found by a hash. */
  readonly indexes?: readonly IndexSchema[];
}

/** All tables of a store; `tables.ts` describes the columns. */
export const SCHEMA: { readonly [Name in keyof Tables]: TableSchema<Tables[Name]> } = {
  store: {
    columns: { version: 'integer', changes: 'bigint', oldest: 'integer' },
    key: ['version'],
  },
  revision: {
    columns: {
      id: 'integer',
      kind: 'text',
      at: 'bigint',
      generation: 'text',
      matched: 'integer',
      opened: 'integer',
      closed: 'integer',
    },
    key: ['id'],
  },
  system: {
    columns: { id: 'integer', key: 'text', json: 'text', digest: 'text' },
    key: ['id'],
    indexes: [{ name: 'system_key', columns: ['key'], isUnique: true }],
  },
  component: {
    columns: {
      id: 'integer',
      key: 'text',
      system: 'integer',
      type: 'text',
      name: 'text',
      name_hash: 'bigint',
      version: 'text',
      purl: 'text',
      context: 'blob',
    },
    key: ['id'],
    indexes: [
      { name: 'component_key', columns: ['key'], isUnique: true },
      { name: 'component_name', columns: ['name_hash'] },
      { name: 'component_system', columns: ['system'] },
    ],
  },
  read_key: {
    columns: { hash: 'bigint', component: 'integer' },
    key: ['hash', 'component'],
    isClustered: true,
    indexes: [{ name: 'read_key_component', columns: ['component'] }],
  },
  image: {
    columns: {
      id: 'integer',
      document: 'text',
      name: 'text',
      name_hash: 'bigint',
      project: 'text',
      digest: 'text',
      packages: 'integer',
      problems: 'integer',
      first_seen: 'bigint',
      revision: 'integer',
      components: 'blob',
      sealed: 'integer',
      retired: 'integer?',
    },
    key: ['id'],
    indexes: [
      { name: 'image_document', columns: ['document', 'project'], isUnique: true },
      { name: 'image_name', columns: ['name_hash', 'id'] },
      { name: 'image_pending', columns: ['id'], condition: 'sealed = 0' },
      { name: 'image_alive', columns: ['id'], condition: 'retired is null' },
      { name: 'image_retired', columns: ['retired'], condition: 'retired is not null' },
    ],
  },
  image_origin: {
    columns: { image: 'integer', family_hash: 'bigint', owner: 'text' },
    key: ['image'],
    indexes: [{ name: 'image_origin_family', columns: ['family_hash', 'image'] }],
  },
  base: {
    columns: {
      id: 'integer',
      key: 'text',
      chain: 'text',
      layers: 'integer',
      system: 'text',
      name: 'text',
      digest: 'text',
      source: 'text',
    },
    key: ['id'],
    indexes: [
      { name: 'base_key', columns: ['key'], isUnique: true },
      { name: 'base_chain', columns: ['chain'] },
    ],
  },
  base_component: {
    columns: { base: 'integer', component: 'integer' },
    key: ['base', 'component'],
    isClustered: true,
  },
  image_reach: {
    columns: { image: 'integer', unreachable: 'blob', unknown: 'blob' },
    key: ['image'],
  },
  image_base: { columns: { image: 'integer', base: 'integer' }, key: ['image'] },
  posting: {
    columns: { component: 'integer', segment: 'integer', images: 'blob', held: 'integer' },
    key: ['component', 'segment'],
    isClustered: true,
  },
  match: {
    columns: {
      component: 'integer',
      kind: 'integer',
      vulnerability: 'text',
      number: 'integer',
      opened: 'integer',
      closed: 'integer?',
      severity: 'integer',
      fix_state: 'text',
      fix_versions: 'text',
      reason: 'text',
      digest: 'text',
    },
    key: ['component', 'kind', 'vulnerability', 'number', 'opened'],
    isClustered: true,
    indexes: [
      {
        name: 'match_open',
        columns: ['severity', 'vulnerability', 'component'],
        condition: 'closed is null and kind = 0',
      },
      {
        name: 'match_vulnerability',
        columns: ['vulnerability', 'component'],
        condition: 'closed is null',
      },
    ],
  },
  vulnerability: {
    columns: { id: 'text', epss: 'integer', exploited: 'integer' },
    key: ['id'],
  },
  rollup: { columns: { segment: 'integer', counts: 'blob' }, key: ['segment'] },
  total: { columns: { severity: 'integer', findings: 'bigint' }, key: ['severity'] },
  event: {
    columns: {
      revision: 'integer',
      component: 'integer',
      kind: 'integer',
      vulnerability: 'text',
      change: 'text',
      images: 'integer',
    },
    key: ['revision', 'component', 'kind', 'vulnerability', 'change'],
    isClustered: true,
  },
  job: {
    columns: {
      id: 'integer',
      kind: 'text',
      data: 'text',
      priority: 'integer',
      tenant: 'text',
      state: 'text',
      attempts: 'integer',
      run_at: 'bigint',
      lease: 'text',
      leased_until: 'bigint',
      created: 'bigint',
      ended: 'bigint?',
      error: 'text',
      result: 'text',
    },
    key: ['id'],
    indexes: [
      {
        name: 'job_open',
        columns: ['priority', 'run_at', 'id'],
        condition: "state in ('queued', 'running')",
      },
      { name: 'job_running', columns: ['tenant'], condition: "state = 'running'" },
      { name: 'job_state', columns: ['state'] },
    ],
  },
  policy: {
    columns: { revision: 'integer', digest: 'text', content: 'text' },
    key: ['revision'],
  },
  decision: {
    columns: {
      id: 'integer',
      revision: 'integer',
      withdrawn: 'integer?',
      author: 'text',
      at: 'bigint',
      vulnerability: 'text',
      package: 'text',
      versions: 'text',
      images: 'text',
      status: 'text',
      justification: 'text',
      statement: 'text',
      evidence: 'text',
      expires: 'bigint?',
      project: 'text',
    },
    key: ['id'],
    indexes: [{ name: 'decision_open', columns: ['id'], condition: 'withdrawn is null' }],
  },
  draft: {
    columns: {
      id: 'integer',
      author: 'text',
      at: 'bigint',
      content: 'text',
      state: 'text',
      reviewer: 'text',
      reason: 'text',
      answered: 'bigint?',
      decision: 'integer?',
    },
    key: ['id'],
    indexes: [{ name: 'draft_open', columns: ['id'], condition: "state = 'open'" }],
  },
  vex_statement: {
    columns: {
      key: 'text',
      document: 'text',
      draft: 'integer?',
      decision: 'integer?',
    },
    key: ['key'],
    indexes: [{ name: 'vex_statement_document', columns: ['document'] }],
  },
  statement: {
    columns: {
      id: 'integer',
      revision: 'integer',
      withdrawn: 'integer?',
      author: 'text',
      at: 'bigint',
      kind: 'text',
      subject: 'text',
      value: 'text',
      evidence: 'text',
      reason: 'text',
      images: 'text',
      vulnerability: 'text',
      expires: 'text',
      project: 'text',
    },
    key: ['id'],
  },
  verdict: {
    columns: {
      image: 'integer',
      revision: 'integer',
      outcome: 'text',
      inputs: 'text',
      valid_until: 'bigint?',
      at: 'bigint',
      proof: 'blob',
      current: 'integer',
      failing: 'integer?',
    },
    key: ['image', 'revision'],
    indexes: [
      { name: 'verdict_due', columns: ['valid_until'], condition: 'current = 1' },
      { name: 'verdict_outcome', columns: ['outcome', 'image'], condition: 'current = 1' },
      {
        name: 'verdict_current',
        columns: ['image', 'outcome', 'failing'],
        condition: 'current = 1',
      },
    ],
  },
  cause: {
    columns: {
      id: 'integer',
      revision: 'integer',
      kind: 'text',
      subject: 'text',
      summary: 'text',
    },
    key: ['id'],
    indexes: [{ name: 'cause_subject', columns: ['revision', 'kind', 'subject'], isUnique: true }],
  },
  effect: {
    columns: { cause: 'integer', kind: 'text', count: 'integer', images: 'integer' },
    key: ['cause', 'kind'],
  },
  effect_image: {
    columns: { cause: 'integer', kind: 'text', segment: 'integer', images: 'blob' },
    key: ['cause', 'kind', 'segment'],
    isClustered: true,
  },
  outbox: { columns: { cause: 'integer', at: 'bigint' }, key: ['cause'] },
  held_update: {
    columns: { generation: 'text', at: 'bigint', reason: 'text', accepted: 'bigint?' },
    key: ['generation'],
  },
  veto: {
    columns: { image: 'integer', kind: 'text', author: 'text', reason: 'text', at: 'bigint' },
    key: ['image', 'kind'],
  },
  pin: {
    columns: {
      id: 'integer',
      generation: 'text',
      author: 'text',
      reason: 'text',
      at: 'bigint',
      ended: 'bigint?',
    },
    key: ['id'],
  },
  subscription: {
    columns: {
      id: 'integer',
      name: 'text',
      channel: 'text',
      url: 'text',
      secrets: 'text',
      filter: 'text',
      options: 'text',
      digest_at: 'bigint?',
      state: 'text',
      created: 'bigint',
    },
    key: ['id'],
  },
  delivery: {
    columns: {
      id: 'integer',
      message: 'text',
      subscription: 'integer',
      cause: 'integer',
      subject: 'text',
      state: 'text',
      attempts: 'integer',
      run_at: 'bigint',
      created: 'bigint',
      body: 'text',
    },
    key: ['id'],
    indexes: [
      { name: 'delivery_queued', columns: ['subscription', 'id'], condition: "state = 'queued'" },
      {
        name: 'delivery_cause',
        columns: ['subscription', 'cause'],
        isUnique: true,
        condition: 'cause > 0',
      },
    ],
  },
  attempt: {
    columns: {
      delivery: 'integer',
      number: 'integer',
      at: 'bigint',
      status: 'integer',
      head: 'text',
      error: 'text',
    },
    key: ['delivery', 'number'],
  },
  digest_entry: {
    columns: { subscription: 'integer', cause: 'integer' },
    key: ['subscription', 'cause'],
  },
  ticket: {
    columns: { subscription: 'integer', topic: 'text', reference: 'text', state: 'text' },
    key: ['subscription', 'topic'],
  },
  known_answer: {
    columns: {
      key: 'text',
      request: 'text',
      status: 'integer',
      body: 'text',
      location: 'text',
      at: 'bigint',
    },
    key: ['key'],
    indexes: [{ name: 'known_answer_at', columns: ['at'] }],
  },
  presence: {
    columns: { id: 'integer', started: 'bigint', seen: 'bigint' },
    key: ['id'],
  },
  token: {
    columns: {
      id: 'integer',
      name: 'text',
      digest: 'text',
      role: 'text',
      tenant: 'text',
      project: 'text',
      created: 'bigint',
      expires: 'bigint',
      used: 'bigint?',
      removed: 'bigint?',
    },
    key: ['id'],
    indexes: [{ name: 'token_digest', columns: ['digest'], isUnique: true }],
  },
  image_digest: {
    columns: { digest: 'text', image: 'integer' },
    key: ['digest', 'image'],
    indexes: [{ name: 'image_digest_image', columns: ['image'] }],
  },
  placement: {
    columns: {
      id: 'integer',
      source: 'text',
      environment: 'text',
      namespace: 'text',
      workload: 'text',
      reference: 'text',
      digest: 'text',
      exposure: 'text',
      instances: 'integer',
      opened: 'integer',
      closed: 'integer?',
      since: 'bigint',
    },
    key: ['id'],
    indexes: [
      { name: 'placement_digest', columns: ['digest'] },
      { name: 'placement_open', columns: ['source'], condition: 'closed is null' },
    ],
  },
  placement_report: {
    columns: { source: 'text', sender: 'text', at: 'bigint', placements: 'integer' },
    key: ['source'],
  },
  registry_watch: {
    columns: {
      id: 'integer',
      name: 'text',
      registry: 'text',
      repositories: 'text',
      tags: 'text',
      platforms: 'text',
      project: 'text',
      created: 'bigint',
      due: 'bigint',
      began: 'bigint?',
      succeeded: 'bigint?',
      error: 'text',
      drift: 'integer',
    },
    key: ['id'],
    indexes: [{ name: 'registry_watch_name', columns: ['name'], isUnique: true }],
  },
  registry_tag: {
    columns: {
      watch: 'integer',
      repository: 'text',
      tag: 'text',
      digest: 'text',
      taken: 'text',
      found: 'bigint',
      attempts: 'integer',
      due: 'bigint',
      error: 'text',
    },
    key: ['watch', 'repository', 'tag'],
    isClustered: true,
    indexes: [{ name: 'registry_tag_due', columns: ['due'], condition: 'digest <> taken' }],
  },
  registry_attachment: {
    columns: {
      watch: 'integer',
      repository: 'text',
      subject: 'text',
      name: 'text',
      kind: 'text',
    },
    key: ['watch', 'repository', 'subject', 'name'],
    indexes: [{ name: 'registry_attachment_subject', columns: ['subject'] }],
  },
  attached_check: {
    columns: { watch: 'integer', repository: 'text', subject: 'text', key: 'text', due: 'bigint' },
    key: ['watch', 'repository', 'subject'],
  },
  attached_document: {
    columns: {
      watch: 'integer',
      repository: 'text',
      subject: 'text',
      digest: 'text',
      kind: 'text',
      state: 'text',
      note: 'text',
      document: 'text',
      at: 'bigint',
    },
    key: ['watch', 'repository', 'subject', 'digest'],
    indexes: [{ name: 'attached_document_subject', columns: ['subject'] }],
  },
  registry_hint: {
    columns: { watch: 'integer', repository: 'text', tag: 'text', at: 'bigint' },
    key: ['watch', 'repository', 'tag'],
  },
  session: {
    columns: {
      digest: 'text',
      principal: 'text',
      name: 'text',
      grants: 'text',
      created: 'bigint',
      expires: 'bigint',
    },
    key: ['digest'],
  },
  audit: {
    columns: {
      id: 'integer',
      at: 'bigint',
      actor: 'text',
      action: 'text',
      target: 'text',
      outcome: 'text',
      hash: 'text',
    },
    key: ['id'],
  },
};
