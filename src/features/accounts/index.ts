/** The accounts room: who there is, with which roles. Identities are local names for now. */
import { createHash, randomInt } from 'node:crypto';
import { requireMay } from '../../domain/authority.ts';
import { oneLine } from '../../domain/free-text.ts';
import { type Actor, actorName, type ChannelRole, ROLES, type Role, SYSTEM } from '../../domain/people.ts';
import { Problem } from '../../domain/problem.ts';
import type { Queryable } from '../../platform/db/port.ts';
import type { Change, Ledger } from '../../platform/ledger/port.ts';
import { requireChannel } from '../channels/read.ts';
import { type Person, personOf } from './read.ts';
import {
  claimCode,
  codeState,
  insertPerson,
  lockPeople,
  type PersonRow,
  replaceCode,
  setDisabled,
  setRoles,
} from './store.ts';

export type { Person } from './read.ts';

export interface AccountsDeps {
  readonly ledger: Ledger;
}

export interface NewPerson {
  readonly name: string;
  readonly roles: readonly string[];
  readonly organisation?: string | undefined;
  /** The one channel in which the roles hold; every channel where it is left out. */
  readonly channel?: string | undefined;
}

export interface NewRoles {
  readonly name: string;
  /** All roles from now on, in the channel or in every channel; none takes them away. */
  readonly roles: readonly string[];
  readonly channel?: string | undefined;
}

export interface ProvidedRoles {
  readonly name: string;
  readonly roles: readonly Role[];
  /** Whether the provider says who operates: else nobody becomes an operator by it, and whoever is one stays it. */
  readonly saysOperators: boolean;
}

export interface Accounts {
  /**
   * A fresh one-time code for the first operator, shown once and stored as a hash; it replaces one that nobody claimed.
   * `undefined` where the first operator is already there.
   */
  makeOperatorCode(): Promise<string | undefined>;
  /** Claims the code once. Throws `wrong-code`. */
  claimFirstOperator(claim: { readonly name: string; readonly code: string }): Promise<Person>;
  /** Operators only. Throws `person-exists`, `unknown-role`, `no-organisation`. */
  add(actor: Actor, person: NewPerson): Promise<Person>;
  /** Operators only, and never one's own; the last operator stays one. Throws `own-roles`, `last-operator`, `no-channel-role`. */
  setRoles(actor: Actor, asked: NewRoles): Promise<Person>;
  /** Closes an account: its sessions and tokens are refused from now on. Throws `own-roles`, `last-operator`. */
  disable(actor: Actor, name: string, reason: string): Promise<Person>;
  enable(actor: Actor, name: string): Promise<Person>;
  /**
   * Adds whom an identity provider vouches for, or gives them the roles that it says; inside a change that is under way.
   * Throws `last-operator`, `no-organisation`.
   */
  followProvider(change: Change, asked: ProvidedRoles): Promise<void>;
}

/** Letters and digits that nobody takes for another one: the code is typed from a screen without a clipboard. */
const CODE_ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
/** 16 of 32 characters: 80 bits, so that the plain hash cannot be searched. */
const CODE_GROUPS = 4;
const CODE_GROUP_CHARACTERS = 4;

export function createAccounts(deps: AccountsDeps): Accounts {
  return {
    makeOperatorCode: () => makeOperatorCode(deps),
    claimFirstOperator: (claim) => claimFirstOperator(deps, claim),
    add: (actor, person) => add(deps, actor, person),
    setRoles: (actor, asked) => changeRoles(deps, actor, asked),
    disable: (actor, name, why) => close(deps, actor, { name, why }),
    followProvider,
    enable: (actor, name) => close(deps, actor, { name, why: null }),
  };
}

function makeOperatorCode({ ledger }: AccountsDeps): Promise<string | undefined> {
  const group = () =>
    Array.from({ length: CODE_GROUP_CHARACTERS }, () => CODE_ALPHABET[randomInt(CODE_ALPHABET.length)]).join('');
  const code = Array.from({ length: CODE_GROUPS }, group).join('-');
  return ledger.change(SYSTEM, async ({ db, now }) => {
    if ((await codeState(db)) === 'claimed') return undefined;
    await replaceCode(db, hashOf(code), now);
    return code;
  });
}

async function claimFirstOperator({ ledger }: AccountsDeps, claim: { name: string; code: string }): Promise<Person> {
  const name = personName(claim.name);
  return ledger.change(SYSTEM, async (change) => {
    const claimed = await claimCode(change.db, hashOf(claim.code), { name, at: change.now });
    if (!claimed)
      throw new Problem({
        kind: 'not-allowed',
        code: 'wrong-code',
        what: 'This is not the code of the first operator',
        why: 'It was claimed already, replaced by a newer one, or mistyped',
        next: 'Run `pratique init` again on the machine: it prints a new code while nobody has claimed one.',
      });
    return insert(change, { name, roles: ['operator'], channelRoles: [], organisation: null });
  });
}

async function add({ ledger }: AccountsDeps, actor: Actor, person: NewPerson): Promise<Person> {
  requireMay(actor, 'manage-people');
  const name = personName(person.name);
  const roles = rolesOf(person.roles);
  if (roles.length === 0) throw unknownRole('No role is given');
  const organisation = person.organisation === undefined ? null : oneLine('The organisation', person.organisation);
  requireOrganisation(roles, organisation);
  const { channel } = person;
  return ledger.change(actor, async (change) => {
    const placed = await placedRoles(change.db, { roles, channel }, undefined);
    return insert(change, { name, organisation, ...placed });
  });
}

async function changeRoles({ ledger }: AccountsDeps, actor: Actor, { name, ...asked }: NewRoles): Promise<Person> {
  requireMay(actor, 'manage-people');
  if (actorName(actor) === name) throw ownRoles(name);
  const roles = rolesOf(asked.roles);
  return ledger.change(actor, async (change) => {
    const people = await lockPeople(change.db);
    const row = people.find((one) => one.name === name);
    if (row === undefined) throw unknownPerson(name);
    requireOrganisation(roles, row.organisation);
    const placed = await placedRoles(change.db, { roles, channel: asked.channel }, row);
    // Two operators could take the role from each other at the same moment.
    const operators = people.filter((one) => isOperator(one) && one.name !== name);
    if (operators.length === 0 && !placed.roles.includes('operator')) throw lastOperator(name);
    await setRoles(change.db, name, placed);
    change.append({ kind: 'roles-changed', person: name, roles, ...(asked.channel && { channel: asked.channel }) });
    return { ...personOf(row), ...placed };
  });
}

function isOperator({ roles, disabled_at }: PersonRow): boolean {
  return roles.includes('operator') && disabled_at === null;
}

/** Sessions and tokens of a closed account are refused from that moment on: each looks at the account. */
async function close({ ledger }: AccountsDeps, actor: Actor, { name, why }: { name: string; why: string | null }) {
  requireMay(actor, 'manage-people');
  if (actorName(actor) === name) throw ownRoles(name);
  const reason = why === null ? null : oneLine('The reason', why, LONGEST_REASON_CHARACTERS);
  return ledger.change(actor, async ({ db, now, append }) => {
    const people = await lockPeople(db);
    const row = people.find((one) => one.name === name);
    if (row === undefined) throw unknownPerson(name);
    const isLast = people.every((one) => one.name === name || !isOperator(one));
    if (reason !== null && isLast) throw lastOperator(name);
    const disabled_at = reason === null ? null : now;
    await setDisabled(db, name, disabled_at);
    if (reason === null) append({ kind: 'person-enabled', person: name });
    else append({ kind: 'person-disabled', person: name, reason });
    return personOf({ ...row, disabled_at });
  });
}

const LONGEST_REASON_CHARACTERS = 500;

async function followProvider(change: Change, asked: ProvidedRoles): Promise<void> {
  const name = personName(asked.name);
  // Held still: two operators could lose the role at the same moment.
  const people = await lockPeople(change.db);
  const row = people.find((one) => one.name === name);
  const roles = providedRoles(asked, row);
  requireOrganisation(roles, row?.organisation ?? null);
  if (row === undefined) {
    await insert(change, { name, roles, channelRoles: [], organisation: null });
    return;
  }
  if (roles.join() === row.roles.join()) return;
  const isLast = people.every((one) => one.name === name || !isOperator(one));
  if (isLast && isOperator(row) && !roles.includes('operator')) throw lastOperator(name);
  await setRoles(change.db, name, { roles, channelRoles: row.channel_roles });
  change.append({ kind: 'roles-changed', person: name, roles });
}

function providedRoles({ roles, saysOperators }: ProvidedRoles, row: PersonRow | undefined): readonly Role[] {
  if (saysOperators) return roles;
  const isOne = row?.roles.includes('operator') === true;
  return ROLES.filter((role) => (role === 'operator' ? isOne : roles.includes(role)));
}

interface Placed {
  readonly roles: readonly Role[];
  readonly channelRoles: readonly ChannelRole[];
}

/** The roles with those of one channel, or those of every channel, replaced. */
async function placedRoles(
  db: Queryable,
  { roles, channel }: { readonly roles: readonly Role[]; readonly channel: string | undefined },
  before: PersonRow | undefined,
): Promise<Placed> {
  const channelRoles = before?.channel_roles ?? [];
  if (channel === undefined) return { roles, channelRoles };
  await requireChannel(db, channel);
  if (roles.includes('operator')) throw operatorOfAll();
  const others = channelRoles.filter((one) => one.channel !== channel);
  return { roles: before?.roles ?? [], channelRoles: [...others, ...roles.map((role) => ({ channel, role }))] };
}

type Added = Omit<Person, 'addedAt' | 'disabledAt'>;

function columnsOf({ name, organisation, roles, channelRoles }: Added) {
  return { name, organisation, roles, channel_roles: channelRoles };
}

async function insert({ db, now, append }: Change, person: Added): Promise<Person> {
  if (!(await insertPerson(db, { ...columnsOf(person), added_at: now, disabled_at: null })))
    throw new Problem({
      kind: 'conflict',
      code: 'person-exists',
      what: `There is somebody called ${person.name} already`,
      next: 'Choose another name, or change the roles with `pratique user role`.',
    });
  const roles = [...new Set([...person.roles, ...person.channelRoles.map(({ role }) => role)])];
  append({ kind: 'person-added', person: person.name, roles });
  return { ...person, addedAt: now.toISOString(), disabledAt: null };
}

/** Names stand in commands and in the ledger; `system` is how automation signs. */
function personName(raw: string): string {
  const name = oneLine('The name', raw);
  if (/^[A-Za-z0-9][A-Za-z0-9._@+-]*$/.test(name) && name.toLowerCase() !== 'system') return name;
  throw new Problem({
    kind: 'usage',
    code: 'not-a-person-name',
    what: `${JSON.stringify(name)} cannot be a person's name here`,
    next: 'Use letters, digits and . _ @ + - only, beginning with a letter or digit; `system` is taken.',
  });
}

function rolesOf(raw: readonly string[]): readonly Role[] {
  const unknown = raw.find((text) => !ROLES.some((role) => role === text));
  if (unknown === undefined) return ROLES.filter((role) => raw.includes(role));
  throw unknownRole(`There is no role ${JSON.stringify(unknown.slice(0, 40))}`);
}

function unknownRole(what: string): Problem {
  return new Problem({ kind: 'usage', code: 'unknown-role', what, next: `The roles are ${ROLES.join(', ')}.` });
}

function requireOrganisation(roles: readonly Role[], organisation: string | null): void {
  if (!roles.includes('provider') || organisation !== null) return;
  throw new Problem({
    kind: 'usage',
    code: 'no-organisation',
    what: 'A data provider acts for an organisation, and none is given',
    next: 'Add the person with --organisation NAME, spelled as in the channel.',
  });
}

function unknownPerson(name: string): Problem {
  return new Problem({
    kind: 'not-found',
    code: 'unknown-person',
    what: `Nobody here is called ${JSON.stringify(name.slice(0, 80))}`,
    next: 'See `pratique user list`.',
  });
}

/** Managing people and deciding are separate: who could do both would need nobody else. */
function ownRoles(name: string): Problem {
  return new Problem({
    kind: 'not-allowed',
    code: 'own-roles',
    what: `${name} does not change their own roles`,
    why: 'Whoever manages people could otherwise let themself decide',
    next: 'Another operator does it.',
  });
}

function lastOperator(name: string): Problem {
  return new Problem({
    kind: 'conflict',
    code: 'last-operator',
    what: `${name} is the last operator`,
    next: 'Give somebody else the role first.',
  });
}

function operatorOfAll(): Problem {
  return new Problem({
    kind: 'usage',
    code: 'no-channel-role',
    what: 'An operator runs the whole installation: the role holds in every channel or not at all',
    next: 'Leave --channel out.',
  });
}

function hashOf(code: string): string {
  return createHash('sha256')
    .update(code.toUpperCase().replaceAll(/[^A-Z0-9]/g, ''))
    .digest('hex');
}
