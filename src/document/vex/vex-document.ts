import { compareText } from '../../foundation/core/compare-text.ts';
import type {
  Decision,
  ProductReference,
  VexDocument,
  VexStatement,
} from '../../foundation/core/decision.ts';
import { defined } from '../../foundation/core/defined.ts';
import type { Finding } from '../../foundation/core/finding.ts';
import type { Report } from '../../foundation/core/format.ts';
import type { Inventory, InventoryPackage } from '../../foundation/core/inventory.ts';
import { escapeUriComponent } from '../../foundation/core/uri-component.ts';
import { chooseDocumentTime } from '../document-time.ts';
import { digestPurl } from '../sbom/sbom-identity.ts';

/** The author of statements that this program derives. */
export const TOOL_AUTHOR = 'plimsoll (tool)';

/**
 * Creates a VEX document from a report: with its own statements, or else with one statement for
 * each finding that has a decision. A suggestion is written as "under investigation", so that no
 * finding is suppressed before a person confirms it. The user's rules and filters are left out,
 * because they are not statements about the vulnerability.
 */
export function createVexDocument(report: Report): VexDocument {
  const { inventory, isVexOnPackages: isOnPackages = false } = report;
  const statements =
    report.vex === undefined
      ? [...listDecidedFindings(report)].map(({ finding, decision, item }, index) =>
          createStatement(finding, decision, { item, inventory, index, isOnPackages }),
        )
      : report.vex.statements;
  const authors = new Set(
    statements.map(({ author }) => author).filter((one) => one !== undefined),
  );
  const joined = [...authors].toSorted(compareText).join(', ');
  const author = report.vex?.author ?? (joined === '' ? TOOL_AUTHOR : joined);
  return {
    format: 'plimsoll',
    origin: inventory.target.userInput,
    id: report.vex?.id ?? inventory.target.name,
    author,
    timestamp: report.vex?.timestamp ?? chooseDocumentTime(report),
    statements: statements.map((one) => dropAuthor(one, author)),
    problems: [],
  };
}

/**
 * Returns the reason to refuse a report without statements, for VEX formats that require at least
 * one.
 */
export function refuseWithoutStatements(report: Report): string | undefined {
  return createVexDocument(report).statements.length === 0
    ? 'the report contains no decisions, and the format requires at least one statement'
    : undefined;
}

function dropAuthor(statement: VexStatement, author: string): VexStatement {
  const { author: own, ...rest } = statement;
  return own === undefined || own === author ? rest : statement;
}

interface Decided {
  readonly finding: Finding;
  readonly decision: Decision;
  readonly item: InventoryPackage;
}

function* listDecidedFindings({ inventory, findings }: Report): Iterable<Decided> {
  const packages = new Map(inventory.packages.map((one) => [one.key, one]));
  const all = [
    ...(findings?.findings ?? []).map((finding) => ({
      finding,
      decisions: finding.decisions ?? [],
    })),
    ...(findings?.dispositioned ?? []),
  ];
  for (const { finding, decisions } of all) {
    const decision = decisions.find(({ kind }) => kind !== 'rule');
    const item = packages.get(finding.packageKey);
    if (decision !== undefined && item !== undefined) {
      yield { finding, decision, item };
    }
  }
}

interface Place {
  readonly item: InventoryPackage;
  readonly inventory: Inventory;
  readonly index: number;
  readonly isOnPackages: boolean;
}

function createStatement(finding: Finding, decision: Decision, place: Place): VexStatement {
  const { status, justification, detail, reason, actionStatement, madeAt, evidence } = decision;
  const isSuggested = decision.effect === 'suggestion';
  const words =
    justification === undefined || isSuggested ? {} : { justification, ...defined({ detail }) };
  return {
    index: place.index,
    vulnerability: finding.id,
    aliases: finding.aliases,
    products: createProducts(place),
    status: isSuggested ? 'under_investigation' : status,
    ...words,
    impactStatement: isSuggested
      ? `suggested status "${status}"${justification === undefined ? '' : ` (${justification})`}: ${reason}`
      : reason,
    ...defined({ actionStatement }),
    responses: [],
    ...defined({ timestamp: madeAt }),
    author: decision.author,
    ...defined({ evidence }),
  };
}

/**
 * Creates references to the package in this target. An image is identified by its digests only,
 * because a tag can be moved to another image. Other targets have no digest and are identified by
 * their name and version.
 */
function createProducts({
  item,
  inventory: { target },
  isOnPackages,
}: Place): readonly ProductReference[] {
  const part = toPart(item);
  if (isOnPackages) {
    return [part];
  }
  if (target.kind !== 'image') {
    const purl = `pkg:generic/${escapeUriComponent(target.name)}${formatVersionTail(target.version)}`;
    return [{ identifiers: [purl], hashes: [], subcomponents: [part] }];
  }
  const whole = {
    identifiers: [digestPurl(target)],
    hashes: [{ algorithm: 'sha256', value: target.manifestDigest.slice('sha256:'.length) }],
    subcomponents: [part],
  };
  const named = target.repoDigests.map((digest) => ({
    identifiers: [digest],
    hashes: [],
    subcomponents: [part],
  }));
  return [whole, ...named];
}

function formatVersionTail(version: string | undefined): string {
  return version === undefined ? '' : `@${escapeUriComponent(version)}`;
}

/** Identifies a package by its package URL, else by its CPEs, else by its name and version. */
function toPart({ purl, cpes, name, version }: InventoryPackage): ProductReference {
  const known = purl === '' ? cpes.map(({ cpe }) => cpe) : [purl];
  const identifiers = known.length === 0 ? [`${name}@${version}`] : known;
  return { identifiers, hashes: [], subcomponents: [] };
}

/** Returns notes on a statement: its author, and the rule and evidence that it was derived from. */
export function listNotes({ author, evidence }: VexStatement): readonly string[] {
  return [
    ...(author === undefined ? [] : [`stated by ${author}`]),
    ...(evidence === undefined
      ? []
      : [
          `derived by the rule ${evidence.rule}, version ${evidence.ruleVersion}, from the evidence ${evidence.digest}`,
        ]),
  ];
}

/** Returns the action for an affected product, for formats that require one. */
export function formatAction({ actionStatement, impactStatement }: VexStatement): string {
  return actionStatement ?? impactStatement ?? 'no action is known';
}

/** Returns one product for each of its identifiers, for formats that allow only one per product. */
export function splitNames(reference: ProductReference): readonly ProductReference[] {
  return reference.identifiers.map((identifier) => ({ ...reference, identifiers: [identifier] }));
}
