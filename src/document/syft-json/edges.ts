import { compareText } from '../../foundation/core/compare-text.ts';
import { defined } from '../../foundation/core/defined.ts';
import type { Inventory, Relationship, WeakProof } from '../../foundation/core/inventory.ts';
import type { FileIds } from './file-id.ts';
import { selectEdges } from './peer-edges.ts';
import { EDGE_TYPES } from './vocabulary.data.ts';

interface EdgeModel {
  readonly parent: string;
  readonly child: string;
  readonly type: string;
  readonly metadata?:
    | { readonly kind: string }
    | { readonly files: readonly string[]; readonly proof?: WeakProof };
}

interface EdgeContext {
  readonly sourceId: string;
  readonly ids: FileIds;
  readonly isParity: boolean;
}

/** Yields all edges by parent, child and type, each once. The source contains every package. */
export function* createEdgeModels(inventory: Inventory, context: EdgeContext): Iterable<EdgeModel> {
  const { sourceId, isParity } = context;
  const edges = [
    ...inventory.packages.map(
      (pkg): EdgeModel => ({
        parent: sourceId,
        child: pkg.key,
        type: EDGE_TYPES.write('contains-file'),
      }),
    ),
    ...selectEdges(inventory, isParity).written.map((edge) => createEdgeModel(edge, context)),
  ];
  const byParent = Map.groupBy(edges, ({ parent }) => parent);
  for (const parent of [...byParent.keys()].sort(compareText)) {
    let previous: EdgeModel | undefined;
    for (const edge of byParent.get(parent)?.sort(compareOfParent) ?? []) {
      if (previous?.child !== edge.child || previous.type !== edge.type) {
        yield edge;
      }
      previous = edge;
    }
  }
}

function createEdgeModel(edge: Relationship, { ids, isParity }: EdgeContext): EdgeModel {
  const type = EDGE_TYPES.write(edge.kind);
  switch (edge.kind) {
    case 'dependency-of':
      return { parent: edge.from, child: edge.to, type };
    case 'contains-file':
      return { parent: edge.from, child: ids.getId(edge.path, edge.layer), type };
    case 'needs-file':
      return {
        parent: ids.getId(edge.path, edge.layer),
        child: edge.from,
        type,
      };
    case 'evident-by':
      return {
        parent: edge.from,
        child: ids.getId(edge.location.path, edge.location.layer),
        type,
        metadata: { kind: edge.location.evidence ?? 'supporting' },
      };
    case 'owns-package': {
      const { from: parent, to: child, paths: files, proof } = edge;
      const metadata = { files, ...(isParity ? {} : defined({ proof })) };
      return { parent, child, type, metadata };
    }
  }
}

/** If one file is evidence in two ways, the stronger one (`primary`) comes first and is kept. */
function compareOfParent(left: EdgeModel, right: EdgeModel): number {
  return (
    compareText(left.child, right.child) ||
    compareText(left.type, right.type) ||
    compareText(getKind(left), getKind(right))
  );
}

function getKind(edge: EdgeModel): string {
  return edge.metadata !== undefined && 'kind' in edge.metadata ? edge.metadata.kind : '';
}
