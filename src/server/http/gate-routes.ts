import { z } from 'zod';
import { defined } from '../../foundation/core/defined.ts';
import { POLICY_OUTCOMES } from '../../foundation/core/policy-verdict.ts';
import type { CallEngine } from '../engine/engine-methods.ts';
import type { GateAnswer } from '../engine/gate.ts';
import { listPodImages } from './admission-object.ts';
import { createRoute } from './api-route.ts';
import { COUNT, NOTHING, SEVERITY, TIME } from './api-schemas.ts';
import { type Caller, listCallerProjects } from './caller.ts';

const BASE = '/api/v1';
const DIGEST = z.string().regex(/^sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})$/);
const MESSAGE_CHARS_MAX = 1_000;
const FORBIDDEN = 403;

const GATE_ANSWER = z.strictObject({
  outcome: z.enum(POLICY_OUTCOMES),
  exitStatus: z.union([z.literal(0), z.literal(2), z.literal(4)]),
  reasons: z.array(z.string()),
  images: z.array(z.int()),
  validUntil: TIME.optional(),
});

/** AdmissionReview of Kubernetes, admission.k8s.io/v1. Other members are ignored. */
const REVIEW = z.looseObject({
  apiVersion: z.literal('admission.k8s.io/v1'),
  kind: z.literal('AdmissionReview'),
  request: z.looseObject({
    uid: z.string().min(1).max(200),
    operation: z.string().optional(),
    object: z.unknown().optional(),
  }),
});

const REVIEWED = z.strictObject({
  apiVersion: z.literal('admission.k8s.io/v1'),
  kind: z.literal('AdmissionReview'),
  response: z.strictObject({
    uid: z.string(),
    allowed: z.boolean(),
    status: z.strictObject({ code: z.int(), message: z.string() }).optional(),
    warnings: z.array(z.string()).optional(),
  }),
});

const UNKNOWN = z
  .enum(['deny', 'warn', 'allow'])
  .default('deny')
  .describe('the answer for an image whose verdict is unknown');

/** Questions whether something may ship or run. They change nothing. */
export const GATE_ROUTES = [
  createRoute({
    method: 'post',
    template: `${BASE}/gate`,
    id: 'askGate',
    summary: 'the verdict about an image that was pushed, or about an SBOM, which is not stored',
    path: NOTHING,
    query: NOTHING,
    body: z.union([
      z.strictObject({ digest: DIGEST, failOn: SEVERITY.optional() }),
      z.strictObject({
        sbom: z.union([z.looseObject({}), z.string()]).describe('any format that is read'),
        failOn: SEVERITY.optional(),
      }),
    ]),
    answers: { 200: GATE_ANSWER },
    isVersioned: false,
    handle: async ({ body, now, caller }, call) => {
      const gates = defined({ severity: body.failOn });
      const projects = listCallerProjects(caller);
      const subject = 'digest' in body ? { digest: body.digest } : readSbom(body.sbom);
      const question = { ...subject, gates, now, ...defined({ projects }) };
      return { status: 200, value: await call('askGate', question) };
    },
  }),
  createRoute({
    method: 'post',
    template: `${BASE}/admission/review`,
    id: 'reviewAdmission',
    summary: 'whether Kubernetes may run the images of an object (AdmissionReview v1)',
    path: NOTHING,
    query: z.strictObject({
      unknown: UNKNOWN,
      timeout: z.string().max(20).optional().describe('sent by Kubernetes, and ignored'),
    }),
    body: REVIEW,
    answers: { 200: REVIEWED },
    isVersioned: false,
    handle: async ({ body, query, now, caller }, call) => {
      const { uid, operation, object } = body.request;
      const images = operation === 'DELETE' ? [] : listPodImages(object);
      const verdicts = await judgeImages(images, { now, caller }, call);
      const response = { uid, ...decideAdmission(verdicts, query.unknown) };
      const value = { apiVersion: body.apiVersion, kind: body.kind, response };
      return { status: 200, value };
    },
  }),
  createRoute({
    method: 'get',
    template: `${BASE}/admission/denied`,
    id: 'listDenied',
    summary: 'the digests of images whose verdict is fail',
    path: NOTHING,
    query: NOTHING,
    answers: { 200: z.strictObject({ digests: z.array(z.string()), count: COUNT }) },
    isVersioned: true,
    handle: async ({ caller }, call) => {
      const digests = await call('listDenied', listCallerProjects(caller));
      return { status: 200, value: { digests, count: digests.length } };
    },
  }),
] as const;

function readSbom(sbom: object | string): { readonly document: Uint8Array } {
  return { document: Buffer.from(typeof sbom === 'string' ? sbom : JSON.stringify(sbom)) };
}

interface ImageVerdict extends Pick<GateAnswer, 'outcome' | 'reasons'> {
  readonly image: string;
}

const IMAGE_DIGEST = /@(sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128}))$/;

async function judgeImages(
  images: readonly string[],
  { now, caller }: { readonly now: string; readonly caller: Caller },
  call: CallEngine,
): Promise<readonly ImageVerdict[]> {
  const verdicts: ImageVerdict[] = [];
  for (const image of new Set(images)) {
    const [, digest] = IMAGE_DIGEST.exec(image) ?? [];
    if (digest === undefined) {
      const reasons = ['the image is named by a tag, which can be moved: name it by a digest'];
      verdicts.push({ image, outcome: 'unknown', reasons });
    } else {
      const projects = listCallerProjects(caller);
      const question = { digest, gates: {}, now, ...defined({ projects }) };
      const { outcome, reasons } = await call('askGate', question);
      verdicts.push({ image, outcome, reasons });
    }
  }
  return verdicts;
}

/** `unknown` is never a pass by itself: the address of the webhook chooses the answer. */
function decideAdmission(
  verdicts: readonly ImageVerdict[],
  unknown: 'allow' | 'deny' | 'warn',
): Omit<z.infer<typeof REVIEWED>['response'], 'uid'> {
  const denied = verdicts.filter(
    ({ outcome }) => outcome === 'fail' || (outcome === 'unknown' && unknown === 'deny'),
  );
  const warned = verdicts.filter(
    ({ outcome }) => outcome === 'warn' || (outcome === 'unknown' && unknown === 'warn'),
  );
  const warnings = warned.map(describeVerdict);
  const answer = { allowed: denied.length === 0, ...(warned.length === 0 ? {} : { warnings }) };
  if (denied.length === 0) {
    return answer;
  }
  const message = denied.map(describeVerdict).join('; ').slice(0, MESSAGE_CHARS_MAX);
  return { ...answer, status: { code: FORBIDDEN, message } };
}

function describeVerdict({ image, outcome, reasons }: ImageVerdict): string {
  const [reason = 'no reason is known'] = reasons;
  return `${image}: ${outcome}: ${reason}`.slice(0, MESSAGE_CHARS_MAX);
}
