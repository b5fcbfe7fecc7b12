import type { AuditEntry } from '../access/audit-log.ts';
import type { EndedAnswer } from '../access/known-answers.ts';
import type { SessionRequest } from '../access/sessions.ts';
import type { ExchangedToken } from '../access/tokens.ts';
import type { SubscriptionRequest } from '../notify/subscription.ts';
import type { PlacementQuestion } from '../placement/list-placements.ts';
import type { PlacementReport } from '../placement/placement.ts';
import type { EffectRequest } from '../query/effect-rows.ts';
import type { FindingChoice, FindingFilter } from '../query/image-findings.ts';
import type { ImageFilter } from '../query/images.ts';
import type { ReadLimits } from '../query/read-scopes.ts';
import type { ExposureRequest } from '../query/views.ts';
import type { RegistryHint } from '../registry/hints.ts';
import type { StatementEdit } from './change-statements.ts';
import type { DecisionRequest, Revocation } from './decisions.ts';
import type { DraftAnswer, NewDraft } from './drafts.ts';
import type { Engine } from './engine.ts';
import type { PushRequest } from './engine-setting.ts';
import type { FleetPolicy } from './fleet-policy.ts';
import type { GateQuestion } from './gate.ts';
import type { ResultFormat } from './write-result.ts';

/** The projects that an answer is limited to; `undefined` for all. */
type OwnProjects = readonly string[] | undefined;

/** The calls that the HTTP thread makes to the engine, each with one argument. */
export const ENGINE_METHODS = {
  push: (engine: Engine, request: PushRequest) => engine.push(request),
  refresh: (engine: Engine, now: string) => engine.refresh(now),
  writeResult: (
    engine: Engine,
    {
      id,
      now,
      format,
    }: { readonly id: number; readonly now: string; readonly format?: ResultFormat },
  ) => engine.writeResult(id, now, format),
  setPolicy: (
    engine: Engine,
    {
      policy,
      now,
      expected,
    }: { readonly policy: FleetPolicy; readonly now: string; readonly expected?: string },
  ) => engine.setPolicy(policy, now, expected),
  readPolicy: ({ views }: Engine) => views.readPolicy(),
  listDrafts: (
    { views }: Engine,
    limits: { readonly after: number; readonly projects?: OwnProjects },
  ) => views.listDrafts(limits),
  readDraft: (
    { views }: Engine,
    limits: { readonly id: number; readonly projects?: OwnProjects },
  ) => views.readDraft(limits),
  addDecision: (
    engine: Engine,
    { request, now }: { readonly request: DecisionRequest; readonly now: string },
  ) => engine.addDecision(request, now),
  addDraft: (engine: Engine, { draft, now }: { readonly draft: NewDraft; readonly now: string }) =>
    engine.addDraft(draft, now),
  answerDrafts: (
    engine: Engine,
    { answer, now }: { readonly answer: DraftAnswer; readonly now: string },
  ) => engine.answerDrafts(answer, now),
  revokeDecision: (engine: Engine, { now, ...request }: Revocation & { readonly now: string }) =>
    engine.revokeDecision(request, now),
  changeStatements: (
    engine: Engine,
    { edit, now }: { readonly edit: StatementEdit; readonly now: string },
  ) => engine.changeStatements(edit, now),
  listStatements: ({ views }: Engine, limits: ReadLimits) => views.listStatements(limits),
  listDecisions: ({ views }: Engine, projects: OwnProjects) => views.listDecisions(projects),
  readVerdict: ({ views }: Engine, id: number) => views.readVerdict(id),
  listJobs: ({ views }: Engine, after: number) => views.listJobs(after),
  readJob: ({ views }: Engine, id: number) => views.readJob(id),
  cancelJob: ({ jobs }: Engine, id: number) => jobs.cancel(id),
  retryJob: ({ jobs }: Engine, id: number) => jobs.retry(id),
  pushLater: (engine: Engine, request: Omit<PushRequest, 'gates'>) => engine.pushLater(request),
  recordTokenUse: (
    { access }: Engine,
    { id, now }: { readonly id: number; readonly now: number },
  ) => access.recordTokenUse(id, now),
  addExchangedToken: ({ access }: Engine, token: ExchangedToken) => access.addExchangedToken(token),
  addSession: ({ access }: Engine, request: SessionRequest) => access.addSession(request),
  endSessions: ({ access }: Engine, principal: string) => access.endSessions(principal),
  appendAudit: ({ access }: Engine, entry: AuditEntry) => access.appendAudit(entry),
  listAudit: (
    { access }: Engine,
    { after, limit }: { readonly after: number; readonly limit: number },
  ) => access.listAudit(after, limit),
  listPrincipals: ({ access }: Engine, now: number) => access.listPrincipals(now),
  listHeldUpdates: (engine: Engine, _: undefined) => engine.listHeldUpdates(),
  acceptUpdate: (
    engine: Engine,
    { generation, now }: { readonly generation: string; readonly now: string },
  ) => engine.acceptUpdate(generation, now),
  askGate: (engine: Engine, question: GateQuestion) => engine.askGate(question),
  listDenied: (engine: Engine, projects: OwnProjects) => engine.listDenied(projects),
  readAdvisoryTimes: (engine: Engine, _: undefined) => engine.readAdvisoryTimes(),
  readStatus: (engine: Engine, projects: OwnProjects) => engine.readStatus(projects),
  readProgress: ({ views }: Engine, projects: OwnProjects) => views.readProgress(projects),
  readChangeCount: ({ views }: Engine, _: undefined) => views.readChangeCount(),
  listImages: ({ views }: Engine, filter: ImageFilter) => views.listImages(filter),
  readImage: ({ views }: Engine, id: number) => views.readImage(id),
  listImageFindings: (
    { views }: Engine,
    { id, at }: { readonly id: number; readonly at?: number },
  ) => views.listImageFindings(id, at),
  selectImageFindings: (
    { views }: Engine,
    {
      id,
      at,
      choice,
    }: { readonly id: number; readonly at: number; readonly choice: FindingChoice },
  ) => views.selectImageFindings(id, at, choice),
  listFleetFindings: ({ views }: Engine, filter: FindingFilter) => views.listFleetFindings(filter),
  findExposure: ({ views }: Engine, question: ExposureRequest) => views.findExposure(question),
  listChanges: (
    { views }: Engine,
    { after, projects }: { readonly after: number; readonly projects?: OwnProjects },
  ) => views.listChanges(after, projects),
  reportPlacements: (
    { watched }: Engine,
    { report, now }: { readonly report: PlacementReport; readonly now: string },
  ) => watched.placements.report(report, now),
  removePlacementSource: (
    { watched }: Engine,
    { source, now }: { readonly source: string; readonly now: string },
  ) => watched.placements.removeSource(source, now),
  listRegistryWatches: ({ watched }: Engine, _: undefined) => watched.registries.listWatches(),
  listImageAttachments: (
    { watched }: Engine,
    { image, projects }: { readonly image: number; readonly projects: OwnProjects },
  ) => watched.registries.listAttachments(image, projects),
  requestRegistryCheck: ({ watched }: Engine, name: string) =>
    watched.registries.requestCheck(name),
  addRegistryHints: (
    { watched }: Engine,
    {
      name,
      hints,
      now,
    }: { readonly name: string; readonly hints: readonly RegistryHint[]; readonly now: string },
  ) => watched.registries.addHints(name, hints, now),
  listPlacementSources: ({ watched }: Engine, projects: OwnProjects) =>
    watched.placements.listSources(projects),
  listPlacements: ({ watched }: Engine, question: PlacementQuestion) =>
    watched.placements.listPlacements(question),
  listSubscriptions: ({ notifier }: Engine, _: undefined) => notifier.listSubscriptions(),
  addSubscription: ({ notifier }: Engine, request: SubscriptionRequest) =>
    notifier.addSubscription(request),
  removeSubscription: ({ notifier }: Engine, name: string) => notifier.removeSubscription(name),
  setSubscriptionState: (
    { notifier }: Engine,
    { name, state }: { readonly name: string; readonly state: 'active' | 'paused' },
  ) => notifier.setState(name, state),
  testSubscription: ({ notifier }: Engine, name: string) => notifier.test(name),
  listDeliveries: ({ notifier }: Engine, name: string) => notifier.listDeliveries(name),
  replayDelivery: ({ notifier }: Engine, id: number) => notifier.replayDelivery(id),
  writeFeed: ({ notifier }: Engine, name: string) => notifier.writeFeed(name),
  replaySince: (
    { notifier }: Engine,
    period: { readonly name: string; readonly from: number; readonly to: number },
  ) => notifier.replaySince(period),
  rotateSecret: (
    { notifier }: Engine,
    request: { readonly name: string; readonly secret?: string },
  ) => notifier.rotateSecret(request),
  beginAnswer: (
    { access }: Engine,
    request: { readonly key: string; readonly request: string; readonly now: number },
  ) => access.beginAnswer(request),
  endAnswer: ({ access }: Engine, answer: EndedAnswer) => access.endAnswer(answer),
  dropAnswer: ({ access }: Engine, key: string) => access.dropAnswer(key),
  listEffectImages: ({ views }: Engine, request: EffectRequest) => views.listEffectImages(request),
} as const;

/** Methods that change nothing: threads that only read call them. */
const READING = [
  'askGate',
  'findExposure',
  'listAudit',
  'listChanges',
  'listDecisions',
  'listDenied',
  'listDrafts',
  'listDeliveries',
  'listEffectImages',
  'listFleetFindings',
  'listHeldUpdates',
  'listImageAttachments',
  'listImageFindings',
  'listImages',
  'listJobs',
  'listPlacementSources',
  'listPlacements',
  'listPrincipals',
  'listRegistryWatches',
  'listStatements',
  'listSubscriptions',
  'readAdvisoryTimes',
  'readChangeCount',
  'readDraft',
  'readImage',
  'readJob',
  'readPolicy',
  'readProgress',
  'readStatus',
  'readVerdict',
  'selectImageFindings',
  'writeFeed',
  'writeResult',
] as const satisfies readonly EngineMethod[];

export function isReadingMethod(name: EngineMethod): boolean {
  return READING.some((one) => one === name);
}

export type EngineMethods = typeof ENGINE_METHODS;
export type EngineMethod = keyof EngineMethods;
export type EngineArgument<Name extends EngineMethod> = Parameters<EngineMethods[Name]>[1];
export type EngineAnswer<Name extends EngineMethod> = Awaited<ReturnType<EngineMethods[Name]>>;

/** Calls the engine, which may run on another thread. */
export type CallEngine = <Name extends EngineMethod>(
  name: Name,
  argument: EngineArgument<Name>,
) => Promise<EngineAnswer<Name>>;
