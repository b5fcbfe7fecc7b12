import type {
  AdvisoryQualifiers,
  AdvisoryRange,
  ExploitedRecord,
  Fix,
  FixReference,
  FixState,
  Severity,
  VulnerabilityRecord,
  VulnerabilityStatus,
} from '../../../core/advisory.ts';
import { defined } from '../../../core/defined.ts';

/** The JSON documents in the schema's `blobs` table; empty members are left out. */
export interface VulnerabilityBlob {
  readonly assigner?: readonly string[] | null;
  readonly description?: string;
  readonly refs?: readonly ReferenceBlob[] | null;
  readonly aliases?: readonly string[] | null;
  readonly severities?: readonly SeverityBlob[] | null;
  readonly modifications?: readonly ModificationBlob[] | null;
}

interface ModificationBlob {
  readonly url: string;
  readonly changes?: readonly string[] | null;
}

interface ReferenceBlob {
  readonly url: string;
  readonly id?: string;
  readonly tags?: readonly string[] | null;
}

interface SeverityBlob {
  readonly scheme: string;
  readonly value: string | { readonly vector: string; readonly version?: string };
  readonly source?: string;
  readonly rank: number;
}

export interface PackageBlob {
  readonly cves?: readonly string[] | null;
  readonly qualifiers?: QualifiersBlob | null;
  readonly ranges?: readonly RangeBlob[] | null;
}

interface QualifiersBlob {
  readonly rpm_modularity?: string | null;
  readonly platform_cpes?: readonly string[] | null;
  readonly architecture?: string | null;
  readonly rootio?: boolean | null;
  readonly go_imports?: readonly ImportBlob[] | null;
}

interface ImportBlob {
  readonly path: string;
  readonly symbols?: readonly string[] | null;
}

interface RangeBlob {
  readonly version?: { readonly type?: string; readonly constraint?: string };
  readonly fix?: FixBlob | null;
}

interface FixBlob {
  readonly version?: string;
  readonly state?: string;
  readonly detail?: {
    readonly available?: { readonly date?: string; readonly kind?: string } | null;
    readonly references?: readonly ReferenceBlob[] | null;
  } | null;
}

export interface ExploitedBlob {
  readonly cve?: string;
  readonly vendor_project?: string;
  readonly product?: string;
  readonly date_added?: string | null;
  readonly required_action?: string;
  readonly due_date?: string | null;
  readonly known_ransomware_campaign_use?: string;
  readonly notes?: string;
  readonly urls?: readonly string[] | null;
  readonly cwes?: readonly string[] | null;
}

const FIX_STATES: ReadonlySet<string> = new Set(['fixed', 'not-fixed', 'wont-fix', 'not-affected']);
const STATUSES: ReadonlySet<string> = new Set(['active', 'analyzing', 'rejected', 'disputed']);
const DATE_CHARS = 'YYYY-MM-DD'.length;
/** Go's representation of an unset time. */
const NO_TIME = '0001-01-01';

export function toStatus(text: string): VulnerabilityStatus {
  const status = text.trim().toLowerCase();
  return STATUSES.has(status) ? (status as VulnerabilityStatus) : '';
}

/**
 * Converts a time of the database (`2024-08-01 16:27:57.203+00:00`) to RFC 3339; `undefined` if it
 * is missing.
 */
export function parseTime(text: unknown): string | undefined {
  if (typeof text !== 'string' || text === '' || text.startsWith(NO_TIME)) {
    return undefined;
  }
  const time = text.replace(' ', 'T');
  return time.endsWith('+00:00') ? `${time.slice(0, -'+00:00'.length)}Z` : time;
}

export interface RecordHandle {
  readonly id: string;
  readonly provider: string;
  readonly status: VulnerabilityStatus;
  readonly publishedAt: string | undefined;
  readonly modifiedAt: string | undefined;
  readonly withdrawnAt: string | undefined;
}

export function decodeRecord(handle: RecordHandle, blob: VulnerabilityBlob): VulnerabilityRecord {
  const { id, provider, status, publishedAt, modifiedAt, withdrawnAt } = handle;
  return {
    id,
    provider,
    status,
    aliases: (blob.aliases ?? []).filter((alias) => alias !== id),
    assigners: blob.assigner ?? [],
    description: blob.description ?? '',
    references: (blob.refs ?? []).map(toReference),
    severities: (blob.severities ?? []).map(toSeverity),
    ...defined({ publishedAt, modifiedAt, withdrawnAt }),
    ...(blob.modifications == null || blob.modifications.length === 0
      ? {}
      : {
          modifications: blob.modifications.map(({ url, changes }) => ({
            url,
            changes: changes ?? [],
          })),
        }),
  };
}

function toReference({ url, id, tags }: ReferenceBlob): FixReference {
  return id === undefined || id === '' ? { url, tags: tags ?? [] } : { url, id, tags: tags ?? [] };
}

function toSeverity({ scheme, value, source, rank }: SeverityBlob): Severity {
  return {
    scheme,
    value:
      typeof value === 'string' ? value : { vector: value.vector, version: value.version ?? '' },
    rank,
    ...(source === undefined || source === '' ? {} : { source }),
  };
}

export function toRange({ version, fix }: RangeBlob): AdvisoryRange {
  return {
    scheme: version?.type ?? '',
    constraint: version?.constraint ?? '',
    ...(fix == null ? {} : { fix: toFix(fix) }),
  };
}

function toFix({ version, state = '', detail }: FixBlob): Fix {
  const available = detail?.available;
  return {
    state: FIX_STATES.has(state) ? (state as FixState) : 'unknown',
    ...(version === undefined || version === '' ? {} : { version }),
    ...(available?.date === undefined
      ? {}
      : { available: { date: available.date.slice(0, DATE_CHARS), kind: available.kind ?? '' } }),
    references: (detail?.references ?? []).map(toReference),
  };
}

/** Returns `undefined` if the version is the only condition. */
export function toQualifiers(blob: PackageBlob): AdvisoryQualifiers | undefined {
  const { rpm_modularity, platform_cpes, architecture, rootio, go_imports } = blob.qualifiers ?? {};
  const qualifiers: AdvisoryQualifiers = {
    ...(rpm_modularity == null ? {} : { modularity: rpm_modularity }),
    ...(platform_cpes == null || platform_cpes.length === 0 ? {} : { platformCpes: platform_cpes }),
    ...(architecture == null ? {} : { architecture }),
    ...(rootio === true ? { rootIo: true } : {}),
    ...(go_imports == null || go_imports.length === 0
      ? {}
      : { imports: go_imports.map(({ path, symbols }) => ({ path, symbols: symbols ?? [] })) }),
  };
  return Object.keys(qualifiers).length === 0 ? undefined : qualifiers;
}

export function toExploited(cve: string, blob: ExploitedBlob): ExploitedRecord {
  const dateAdded = parseTime(blob.date_added);
  const dueDate = parseTime(blob.due_date);
  return {
    cve,
    vendorProject: blob.vendor_project ?? '',
    product: blob.product ?? '',
    ...defined({ dateAdded }),
    requiredAction: blob.required_action ?? '',
    ...defined({ dueDate }),
    knownRansomwareCampaignUse: blob.known_ransomware_campaign_use ?? '',
    notes: blob.notes ?? '',
    urls: blob.urls ?? [],
    cwes: blob.cwes ?? [],
  };
}
