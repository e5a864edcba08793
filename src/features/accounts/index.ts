/** The accounts room: who there is, with which roles. Identities are local names for now. */
import { createHash, randomInt } from 'node:crypto';
import { requireMay } from '../../domain/authority.ts';
import { oneLine } from '../../domain/free-text.ts';
import { type Actor, ROLES, type Role, SYSTEM } from '../../domain/people.ts';
import { Problem } from '../../domain/problem.ts';
import type { Change, Ledger } from '../../platform/ledger/port.ts';
import type { Person } from './read.ts';
import { claimCode, codeState, insertPerson, lockPeople, replaceCode, setRoles } from './store.ts';

export type { Person } from './read.ts';

export interface AccountsDeps {
  readonly ledger: Ledger;
}

export interface NewPerson {
  readonly name: string;
  readonly roles: readonly string[];
  readonly organisation?: string | undefined;
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
  /** Operators only; the last operator stays one. */
  setRoles(actor: Actor, name: string, roles: readonly string[]): Promise<Person>;
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
    setRoles: (actor, name, roles) => changeRoles(deps, actor, { name, roles }),
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
    return insert(change, { name, roles: ['operator'], organisation: null });
  });
}

async function add({ ledger }: AccountsDeps, actor: Actor, person: NewPerson): Promise<Person> {
  requireMay(actor, 'manage-people');
  const name = personName(person.name);
  const roles = rolesOf(person.roles);
  const organisation = person.organisation === undefined ? null : oneLine('The organisation', person.organisation);
  requireOrganisation(roles, organisation);
  return ledger.change(actor, (change) => insert(change, { name, roles, organisation }));
}

async function changeRoles(
  { ledger }: AccountsDeps,
  actor: Actor,
  { name, roles: asked }: { name: string; roles: readonly string[] },
): Promise<Person> {
  requireMay(actor, 'manage-people');
  const roles = rolesOf(asked);
  return ledger.change(actor, async ({ db, append }) => {
    const people = await lockPeople(db);
    const person = people.find((one) => one.name === name);
    if (person === undefined)
      throw new Problem({
        kind: 'not-found',
        code: 'unknown-person',
        what: `Nobody here is called ${JSON.stringify(name.slice(0, 80))}`,
        next: 'See `pratique user list`.',
      });
    requireOrganisation(roles, person.organisation);
    const operators = people.filter((one) => one.roles.includes('operator'));
    if (!roles.includes('operator') && operators.length === 1 && operators[0]?.name === name)
      throw new Problem({
        kind: 'conflict',
        code: 'last-operator',
        what: `${name} is the last operator`,
        next: 'Give somebody else the role first.',
      });
    await setRoles(db, name, roles);
    append({ kind: 'roles-changed', person: name, roles });
    return { name, roles, organisation: person.organisation, addedAt: person.added_at.toISOString() };
  });
}

async function insert({ db, now, append }: Change, person: Omit<Person, 'addedAt'>): Promise<Person> {
  if (!(await insertPerson(db, { ...person, added_at: now })))
    throw new Problem({
      kind: 'conflict',
      code: 'person-exists',
      what: `There is somebody called ${person.name} already`,
      next: 'Choose another name, or change the roles with `pratique user role`.',
    });
  append({ kind: 'person-added', person: person.name, roles: person.roles });
  return { ...person, addedAt: now.toISOString() };
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
  if (unknown === undefined && raw.length > 0) return ROLES.filter((role) => raw.includes(role));
  throw new Problem({
    kind: 'usage',
    code: 'unknown-role',
    what: unknown === undefined ? 'No role is given' : `There is no role ${JSON.stringify(unknown.slice(0, 40))}`,
    next: `The roles are ${ROLES.join(', ')}.`,
  });
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

function hashOf(code: string): string {
  return createHash('sha256')
    .update(code.toUpperCase().replaceAll(/[^A-Z0-9]/g, ''))
    .digest('hex');
}
