import { compareText } from '../../core/compare-text.ts';
import type { Decision, ProductReference, VexDocument, VexStatement } from '../../core/decision.ts';
import type { Finding } from '../../core/finding.ts';
import type { Report } from '../../core/format.ts';
import type { Inventory, InventoryPackage } from '../../core/inventory.ts';
import { escapeUriComponent } from '../../core/uri-component.ts';
import { chooseDocumentTime } from '../document-time.ts';
import { digestPurl } from '../sbom/sbom-identity.ts';

/** The name under which this program signs what it concludes. */
export const TOOL_AUTHOR = 'plimsoll (tool)';

/**
 * The statements of a report for any format of VEX: those that it brings, or what its decisions
 * come to, one a finding. A suggestion is written as under investigation, so that nothing is set
 * aside before a person has said so. Rules and filters of the user say nothing of the
 * vulnerability, and are left out.
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

/** For formats of VEX whose schema asks for one statement at least. */
export function refuseWithoutStatements(report: Report): string | undefined {
  return createVexDocument(report).statements.length === 0
    ? 'there is no decision to write, and the format has no documents without statements'
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
    justification === undefined || isSuggested
      ? {}
      : { justification, ...(detail === undefined ? {} : { detail }) };
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
    ...(actionStatement === undefined ? {} : { actionStatement }),
    responses: [],
    ...(madeAt === undefined ? {} : { timestamp: madeAt }),
    author: decision.author,
    ...(evidence === undefined ? {} : { evidence }),
  };
}

/**
 * The package in this target. An image is named by digests only: a tag will be another image's one
 * day. What has no digest has no name but its own.
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

/** By its package URL; packages without one by their CPEs, and else by name and version. */
function toPart({ purl, cpes, name, version }: InventoryPackage): ProductReference {
  const known = purl === '' ? cpes.map(({ cpe }) => cpe) : [purl];
  const identifiers = known.length === 0 ? [`${name}@${version}`] : known;
  return { identifiers, hashes: [], subcomponents: [] };
}

/** What else there is to say of a statement: its author, and what it rests on. */
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

/** What to do, for formats that want to be told so of everything that is affected. */
export function formatAction({ actionStatement, impactStatement }: VexStatement): string {
  return actionStatement ?? impactStatement ?? 'no action is known';
}

/** The same product once for each of its names, for formats in which a product has one. */
export function splitNames(reference: ProductReference): readonly ProductReference[] {
  return reference.identifiers.map((identifier) => ({ ...reference, identifiers: [identifier] }));
}
