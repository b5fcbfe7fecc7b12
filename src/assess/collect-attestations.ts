import { listAttestations } from '../compliance/attest/list-attestations.ts';
import type { AttestationList } from '../foundation/core/attestation.ts';
import { DEFAULT_LIMITS, type Limits } from '../foundation/core/limits.ts';
import type { TargetDescription } from '../foundation/core/target.ts';
import type { NamedAttestation, PolicyRequest } from './request.ts';
import type { AttachedDocuments } from './scan-options.ts';

interface CollectionOptions {
  readonly request: Pick<PolicyRequest, 'attestations' | 'attestationTrust'>;
  /** Absent if nothing can be attached to the target, or it was not read. */
  readonly attached: AttachedDocuments | undefined;
  readonly limits: Limits | undefined;
}

/** Lists the statements about a target: those that the user named, and those attached to it. */
export function collectAttestations(
  target: TargetDescription,
  { request, attached, limits = DEFAULT_LIMITS }: CollectionOptions,
): AttestationList {
  const { attestations: named = [], attestationTrust } = request;
  const digests = target.kind === 'image' ? [dropAlgorithm(target.manifestDigest)] : [];
  const manifest = target.kind === 'image' ? { manifest: target.manifest } : {};
  const documents: readonly (NamedAttestation & { readonly attachedTo?: readonly string[] })[] = [
    ...named,
    ...(attached?.documents ?? []),
  ];
  const attestations = documents.flatMap(({ origin, content, attachedTo = [] }) =>
    listAttestations(
      { origin, content },
      { targets: [...digests, ...attachedTo], limits, ...manifest, ...attestationTrust },
    ),
  );
  const nowhere =
    named.length === 0 && attached === undefined
      ? [
          'statements can only be attached to an image in a registry or an OCI layout: name files with --attestation FILE',
        ]
      : [];
  const unread = attached?.missing.map(({ reason }) => reason) ?? [];
  return { attestations, missing: [...nowhere, ...unread] };
}

function dropAlgorithm(digest: string): string {
  return digest.slice(digest.indexOf(':') + 1);
}
