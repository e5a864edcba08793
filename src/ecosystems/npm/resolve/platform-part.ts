/** The part of an ideal tree that one platform installs: npm leaves out optional packages that are not for it. */
import type { TreeEdge, TreeNode } from '@npmcli/arborist';

export type PlatformPart =
  | { readonly status: 'fits'; readonly nodes: ReadonlySet<TreeNode> }
  /** A package that is not optional is not for this platform. */
  | { readonly status: 'unfit'; readonly node: TreeNode };

/** `isFor` says whether a node's package is for the platform. */
export function partFor(root: TreeNode, isFor: (node: TreeNode) => boolean): PlatformPart {
  const left = new Set<TreeNode>();
  const queue = [...root.inventory.values()]
    .filter((node) => !node.isProjectRoot && (node.inert || !isFor(node)))
    .map((node) => ({ node, cause: node }));
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const { node, cause } = next;
    if (left.has(node)) continue;
    left.add(node);
    // Who cannot do without it is left out with it, up to what asked for it optionally.
    for (const edge of node.edgesIn) {
      if (isOptional(edge) || left.has(edge.from)) continue;
      if (edge.from.isProjectRoot) return { status: 'unfit', node: cause };
      queue.push({ node: edge.from, cause });
    }
  }
  return { status: 'fits', nodes: reachedFrom(root, left) };
}

function reachedFrom(root: TreeNode, left: ReadonlySet<TreeNode>): ReadonlySet<TreeNode> {
  const reached = new Set<TreeNode>();
  const queue = [root];
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    for (const { to } of node.edgesOut.values()) {
      if (to === null || left.has(to) || reached.has(to)) continue;
      reached.add(to);
      queue.push(to);
    }
  }
  return reached;
}

function isOptional({ type }: TreeEdge): boolean {
  return type === 'optional' || type === 'peerOptional';
}
