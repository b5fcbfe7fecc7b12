import type { Engine, PushRequest } from './engine.ts';

/** The calls that the HTTP thread makes to the engine, each with one argument. */
export const ENGINE_METHODS = {
  push: (engine: Engine, request: PushRequest) => engine.push(request),
  refresh: (engine: Engine, now: string) => engine.refresh(now),
  writeResult: (engine: Engine, { id, now }: { readonly id: number; readonly now: string }) =>
    engine.writeResult(id, now),
  readStatus: (engine: Engine, _: undefined) => engine.readStatus(),
  listImages: ({ views }: Engine, after: number) => views.listImages(after),
  readImage: ({ views }: Engine, id: number) => views.readImage(id),
  listImageFindings: ({ views }: Engine, id: number) => views.listImageFindings(id),
  listFleetFindings: ({ views }: Engine, _: undefined) => views.listFleetFindings(),
  findExposure: ({ views }: Engine, name: string) => views.findExposure(name),
  listChanges: ({ views }: Engine, after: number) => views.listChanges(after),
} as const;

export type EngineMethods = typeof ENGINE_METHODS;
export type EngineMethod = keyof EngineMethods;
export type EngineArgument<Name extends EngineMethod> = Parameters<EngineMethods[Name]>[1];
export type EngineAnswer<Name extends EngineMethod> = Awaited<ReturnType<EngineMethods[Name]>>;

/** Calls the engine, which may run on another thread. */
export type CallEngine = <Name extends EngineMethod>(
  name: Name,
  argument: EngineArgument<Name>,
) => Promise<EngineAnswer<Name>>;
