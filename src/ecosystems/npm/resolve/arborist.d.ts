/** The part of npm's own tree builder that is used here; the library comes without types. */
declare module '@npmcli/arborist' {
  export interface TreeEdge {
    readonly name: string;
    readonly type: 'prod' | 'dev' | 'optional' | 'peer' | 'peerOptional' | 'workspace';
    readonly from: TreeNode;
    readonly to: TreeNode | null;
  }

  export interface TreeNode {
    /** `node_modules/a/node_modules/b`; empty for the root. */
    readonly location: string;
    readonly isProjectRoot: boolean;
    /** The package's own name, behind an alias too. */
    readonly packageName: string;
    readonly version: string;
    /** Only optional dependencies lead to it. */
    readonly optional: boolean;
    /** It is in the tree and would not be installed. */
    readonly inert: boolean;
    readonly edgesOut: ReadonlyMap<string, TreeEdge>;
    readonly edgesIn: ReadonlySet<TreeEdge>;
    readonly inventory: ReadonlyMap<string, TreeNode>;
  }

  export interface PackumentCache {
    has(key: string): boolean;
    get(key: string): Promise<object>;
    set(key: string, packument: object): void;
    delete(key: string): void;
  }

  export interface ArboristOptions {
    readonly path: string;
    readonly cache: string;
    readonly registry: string;
    readonly packumentCache: PackumentCache;
    readonly offline: boolean;
    readonly nodeVersion: string;
    readonly npmVersion: string;
    readonly ignoreScripts: boolean;
    readonly ignoreExtension: boolean;
    readonly allowGit: 'none';
    readonly allowRemote: 'none';
    readonly allowFile: 'none';
    readonly allowDirectory: 'none';
    readonly includeStaged: boolean;
    readonly save: boolean;
    readonly audit: boolean;
    readonly packageLock: boolean;
  }

  export default class Arborist {
    constructor(options: ArboristOptions);
    buildIdealTree(options: { readonly add: readonly string[] }): Promise<TreeNode>;
  }
}
