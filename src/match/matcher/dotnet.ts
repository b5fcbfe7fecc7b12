import { createEcosystemMatcher } from '../ecosystem-matcher.ts';

/** NuGet packages, by ID. */
export const dotnet = createEcosystemMatcher({
  id: 'dotnet',
  title: 'NuGet packages',
  spec: 'https://learn.microsoft.com/nuget/reference/nuspec#id',
  types: ['dotnet'],
  scheme: 'nuget',
});
