import { existsSync } from 'node:fs';
import { checkTarget } from '../../assess/check-target.ts';
import {
  createSvrPredicate,
  createVsaPredicate,
  createVulnsPredicate,
  type StatementOrigin,
} from '../../compliance/attest/predicates.ts';
import {
  BUNDLE_TYPE,
  createKeyBundle,
  signStatement,
} from '../../compliance/attest/sign-envelope.ts';
import {
  formatStatement,
  PREDICATE_TYPES,
  STATEMENT_KINDS,
  type StatementKind,
} from '../../compliance/attest/statement.ts';
import { createImagePurl } from '../../document/sbom/sbom-identity.ts';
import {
  type Assessment,
  assessCompleteness,
  createAssessment,
} from '../../foundation/core/assessment.ts';
import { type ExitStatus, UserError } from '../../foundation/core/error.ts';
import { VERSION } from '../../foundation/core/package-version.ts';
import type { PolicyVerdict } from '../../foundation/core/policy-verdict.ts';
import { escapeText } from '../../foundation/core/screen-text.ts';
import type { ImageDescription, TargetAttachment } from '../../foundation/core/target.ts';
import { attachToLayout } from '../../image/source/attach-document.ts';
import { isImageName } from '../../image/source/image-name.ts';
import { splitReference } from '../../image/source/local-file.ts';
import { sources } from '../../image/source/registry.generated.ts';
import { formatLoaders } from '../../report/output/format-loaders.ts';
import { readSigningKey } from '../attestation-key.ts';
import { BufferedSink } from '../buffered-sink.ts';
import type { Command, Context } from '../command.ts';
import { printJson } from '../db-output.ts';
import { chooseExitStatus, reportOutcome } from '../exit-status.ts';
import { createPolicyRequest } from '../policy-request.ts';
import { createReportFrame, getTarget, reportProblems } from '../report-run.ts';
import {
  createNetworkOptions,
  createPorts,
  createRequest,
  readContextInventory,
} from '../request.ts';
import { assessTarget } from './scan.ts';

/** Signs a statement about an image. */
export const attest: Command = { run };

/** Formats of the kinds whose predicate is a document. */
const DOCUMENT_FORMATS: ReadonlyMap<StatementKind, string> = new Map([
  ['sbom', 'cyclonedx-json'],
  ['spdx', 'spdx-json'],
  ['vex', 'openvex'],
]);

/** Kinds that state the verdict of a policy. */
const VERDICT_KINDS: ReadonlySet<StatementKind> = new Set(['svr', 'vsa', 'verdict']);

async function run(context: Context): Promise<ExitStatus> {
  const target = getTarget(context, 'attest');
  const { key: keyFiles, statementType, attach } = context.resolved.values;
  const key = readSigningKey(keyFiles);
  const kind = STATEMENT_KINDS.find((one) => one === statementType) ?? 'sbom';
  const { assessment, image, predicate } = await createPredicate(target, kind, context);
  reportProblems(assessment.inventory, [], context);
  const { name, manifestDigest: digest } = image;
  const envelope = signStatement(formatStatement({ kind, name, digest, predicate }), key);
  if (attach) {
    const bundle = createKeyBundle(envelope, key);
    await attachBundle(target, image, { kind, text: JSON.stringify(bundle) }, context);
  } else {
    printJson(context, envelope);
  }
  const outcome = { completeness: assessCompleteness(assessment) };
  reportOutcome(outcome, context);
  return chooseExitStatus(outcome, context);
}

interface Stated {
  readonly assessment: Assessment;
  readonly image: ImageDescription;
  readonly predicate: object;
}

async function createPredicate(
  target: string,
  kind: StatementKind,
  context: Context,
): Promise<Stated> {
  const about: StatementOrigin = { time: context.now, version: VERSION };
  if (VERDICT_KINDS.has(kind)) {
    const policy = createPolicyRequest(context);
    const ports = createPorts(context);
    const request = await createRequest(context);
    const { assessment, verdict } = await checkTarget(target, policy, request, ports);
    const image = requireImage(assessment, target);
    return { assessment, image, predicate: createVerdictPredicate(kind, verdict, about, image) };
  }
  if (kind === 'sbom' || kind === 'spdx') {
    const assessment = createAssessment({ inventory: await readContextInventory(target, context) });
    const image = requireImage(assessment, target);
    return { assessment, image, predicate: await writeDocument(kind, assessment, context) };
  }
  const {
    advisories: _,
    decisions: __,
    projectRules: ___,
    ...assessment
  } = await assessTarget(target, context);
  const image = requireImage(assessment, target);
  return {
    assessment,
    image,
    predicate:
      kind === 'vulns'
        ? createVulnsPredicate(assessment, about)
        : await writeDocument(kind, assessment, context),
  };
}

function createVerdictPredicate(
  kind: StatementKind,
  verdict: PolicyVerdict,
  about: StatementOrigin,
  image: ImageDescription,
): object {
  switch (kind) {
    case 'svr':
      return createSvrPredicate(verdict, about);
    case 'vsa':
      return createVsaPredicate(verdict, about, createImagePurl(image));
    default:
      return verdict;
  }
}

/** Only images have a digest that a statement can be about. */
function requireImage({ target }: Assessment, argument: string): ImageDescription {
  if (target.kind !== 'image') {
    throw new UserError('E_UNSUPPORTED', `only images can be attested: "${argument}"`, {
      hint: 'name an image archive, an OCI layout, or an image in a registry',
    });
  }
  return target;
}

async function writeDocument(
  kind: StatementKind,
  assessment: Assessment,
  context: Context,
): Promise<object> {
  const id = DOCUMENT_FORMATS.get(kind);
  const format = await formatLoaders.find((loader) => loader.id === id)?.load();
  const report = { ...createReportFrame(context), ...assessment };
  const refusal = format?.findRefusal?.(report);
  if (format === undefined || refusal !== undefined) {
    throw new UserError('E_NOTHING_STATED', `nothing to attest: ${refusal ?? kind}`);
  }
  const pieces: string[] = [];
  const sink = new BufferedSink((text) => pieces.push(text));
  format.write(report, sink, { isColoured: false, isParity: false });
  sink.flush();
  return JSON.parse(pieces.join('')) as object;
}

interface Written {
  readonly kind: StatementKind;
  readonly text: string;
}

async function attachBundle(
  target: string,
  image: ImageDescription,
  { kind, text }: Written,
  context: Context,
): Promise<void> {
  const attachment = {
    image,
    content: Buffer.from(text),
    mediaType: BUNDLE_TYPE,
    annotations: {
      // Cosign, specs/BUNDLE_SPEC.md.
      'dev.sigstore.bundle.content': 'dsse-envelope',
      'dev.sigstore.bundle.predicateType': PREDICATE_TYPES[kind],
      'in-toto.io/predicate-type': PREDICATE_TYPES[kind],
    },
  };
  const attached = await attachDocument(target, attachment, context);
  context.notify(`attached ${escapeText(kind)} to ${image.manifestDigest}: ${attached}`);
}

/** To a registry if the target is the name of an image, otherwise to a layout. */
async function attachDocument(
  target: string,
  attachment: TargetAttachment,
  { resolved: { values }, progress }: Context,
): Promise<string> {
  const name = target.startsWith(REGISTRY) ? target.slice(REGISTRY.length) : target;
  const folder = splitReference(target.replace(/^oci-dir:/, '')).path;
  const registry = sources.find(({ attach: attachTo }) => attachTo !== undefined);
  const isName = target.startsWith(REGISTRY) || (!existsSync(folder) && isImageName(target));
  if (!isName || registry?.attach === undefined) {
    return attachToLayout(folder, attachment);
  }
  const network = createNetworkOptions(values);
  return await registry.attach(name, attachment, { limits: values.limits, network, progress });
}

const REGISTRY = 'registry:';
