/** What the API promises of every operation: tags where something is decided, pages of every list, and no deed done twice. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { describe as documentOf } from './document.ts';
import { allOperations } from './index.ts';

const header = z.object({ name: z.string(), in: z.string(), required: z.boolean().optional() });
const described = z.looseObject({
  operationId: z.string(),
  parameters: z.array(header).default([]),
  responses: z.record(z.string(), z.looseObject({ headers: z.record(z.string(), z.unknown()).optional() })),
});
const openApi = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), described)) });
const operations = allOperations();
const inDocument = new Map(
  Object.values(openApi.parse(documentOf(operations, '1')).paths)
    .flatMap((methods) => Object.values(methods))
    .map((one) => [one.operationId, one]),
);
const said = (id: string) => inDocument.get(id) ?? described.parse({ operationId: id, responses: {} });
const headersOf = (id: string) => said(id).parameters.filter((one) => one.in === 'header');

/** Changes of what is there already, whose callers need not say which state of it they saw: each with its reason. */
const WITHOUT_MATCH: Readonly<Record<string, string>> = {
  undoDecision: 'only one’s own decision, which cannot change before it is undone or acted on',
  decideBundle: 'pinned to the digest of the evidence of each request',
  joinRequest: 'says what the caller needs; whatever else is said stands',
  answerRequest: 'says something; nothing is replaced',
  withdrawRequest: 'takes back the caller’s own asking alone',
  retryRequest: 'collects evidence again; decides nothing',
  verifySnapshot: 'changes nothing',
  rollBackSnapshot: 'names a snapshot, which never changes',
  importSnapshot: 'adds a snapshot that is newer than what the channel imported before; any other is refused',
  reportOnList: 'changes nothing',
  buildImage: 'adds an image from the current snapshot; a second at the same time is refused',
  discardDraft: 'one’s own draft',
  closeAccount: 'closed is closed, whatever was changed before',
  openAccount: 'open is open, whatever was changed before',
  endSessionsOf: 'what has ended has ended',
  revokeToken: 'what has ended has ended',
  renamePasskey: 'one’s own name for it',
  removePasskey: 'one’s own; what has gone has gone',
  endSession: 'what has ended has ended',
  beginProviderSignIn: 'begins something new',
};
/** Answers with `results` that come whole: each with its reason. */
const WITHOUT_PAGES: Readonly<Record<string, string>> = {
  explainRefusal: 'one for each channel that refuses it',
  showClientSettings: 'a handful for each ecosystem',
  listDecisionsOfRequest: 'a request ends with its decision; few are asked back more than once',
  listAdvisoryImports: 'one for each ecosystem',
  listBootstrapRequests: 'what a package client itself needs: a handful',
  listFeeds: 'one for each kind of feed and ecosystem',
  listDemand: 'the two hundred that are wanted most; later ones nobody works on',
  listSessions: 'of one person; they end by themselves',
  assessInstallation: 'some seventy principles, told together or by the name of their document',
};
/** What creates something, and is done again when it is called again: each with its reason. */
const WITHOUT_KEY: Readonly<Record<string, string>> = {
  createToken: 'its secret is shown once and kept nowhere, so its answer cannot be repeated',
  exchangeIdentity: 'its secret is shown once and kept nowhere, so its answer cannot be repeated',
  invitePerson: 'its code is shown once; a later one takes its place',
  claimFirstOperator: 'its code works once',
  importSnapshot: 'a file that is read as it comes; the same snapshot is refused when it comes again',
  addPasskey: 'its ticket works once',
};

const changesWhatIsThere = operations.filter(({ method, path }) => method !== 'get' && path.includes('{'));
const lists = operations.filter(({ method, answer }) => {
  const { properties } = z
    .looseObject({ properties: z.record(z.string(), z.unknown()).default({}) })
    .parse(z.toJSONSchema(answer, { io: 'input', unrepresentable: 'any' }));
  return method === 'get' && 'results' in properties;
});
const creates = operations.filter(({ method, status }) => method === 'post' && status === 201);

describe('what decides about something that is there', () => {
  it.each(changesWhatIsThere.map(({ id, decidesOn }) => [id, decidesOn] as const))(
    '%s takes the tag of what was seen, or is known not to need it',
    (id, decidesOn) => {
      expect(decidesOn === undefined).toBe(id in WITHOUT_MATCH);
      if (decidesOn === undefined) return;
      expect(headersOf(id)).toContainEqual(expect.objectContaining({ name: 'if-match', required: true }));
      expect(Object.keys(said(id).responses)).toEqual(expect.arrayContaining(['412', '428']));
      expect(said(decidesOn.id).responses['200']?.headers).toHaveProperty('etag');
    },
  );
});

describe('a list', () => {
  it.each(lists.map(({ id, query }) => [id, query] as const))(
    '%s comes in pages, or is known to be short',
    (id, query) => {
      const isPaged = query?.safeParse({ ...REQUIRED[id], cursor: 'x', limit: '1' }).success === true;
      expect(isPaged).toBe(!(id in WITHOUT_PAGES));
    },
  );
});

/** What a list must be asked beside its page. */
const REQUIRED: Readonly<Record<string, Readonly<Record<string, string>>>> = { listBundles: { channel: 'tier3' } };

describe('what creates something', () => {
  it.each(creates.map(({ id }) => id))('%s is done once for each key, or is known not to be', (id) => {
    expect(headersOf(id).some(({ name }) => name === 'idempotency-key')).toBe(!(id in WITHOUT_KEY));
  });
});

it('names no exception that is none any more', () => {
  const ids = (all: readonly { readonly id: string }[]) => all.map(({ id }) => id);
  expect(Object.keys(WITHOUT_MATCH).filter((id) => !ids(changesWhatIsThere).includes(id))).toEqual([]);
  expect(Object.keys(WITHOUT_PAGES).filter((id) => !ids(lists).includes(id))).toEqual([]);
  expect(Object.keys(WITHOUT_KEY).filter((id) => !ids(creates).includes(id))).toEqual([]);
});
