import { describe, expect, it } from 'vitest';
import { findClients, requiredClients } from './clients.ts';

const clients = await findClients();
const present: Readonly<Record<string, boolean>> = {
  pip: clients.pips.length > 0,
  uv: clients.uv !== undefined,
  npm: clients.npm !== undefined,
};

describe('real package clients', () => {
  it.each(['pip', 'uv', 'npm'])('%s is on this machine', (name, ...rest) => {
    expect(rest).toEqual([]);
    const reason = clients.missing.find((one) => one.client === name)?.reason;
    if (requiredClients().includes(name)) expect(present[name], reason).toBe(true);
    expect(present[name] === true || reason !== undefined).toBe(true);
  });

  it('every required client is one that the harness knows', () => {
    expect(requiredClients().filter((name) => !(name in present))).toEqual([]);
  });
});
