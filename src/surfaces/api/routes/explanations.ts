/** `/policy/explain`: why a release gets its verdict. */
import { z } from 'zod';
import { requireMay } from '../../../domain/authority.ts';
import { Problem } from '../../../domain/problem.ts';
import { purlOf } from '../../../domain/purl.ts';
import { readAsked } from '../../../features/availability/read.ts';
import { requireChannel } from '../../../features/channels/read.ts';
import { newestEvidenceAbout, readEvidenceSet } from '../../../features/vetting/read.ts';
import { channelName, digest, time } from '../fields.ts';
import { data, operation } from '../operation.ts';

const asked = z
  .string()
  .min(1)
  .max(512)
  .meta({ description: 'A purl, or a name of PyPI, with its version.', examples: ['pkg:pypi/requests@2.32.3'] });
const outcome = z.enum(['admit', 'review', 'refuse']);
const rule = z.object({
  rule: z.string(),
  when: z.string().meta({ description: 'The condition, as the policy has it.' }),
  outcome: z.enum(['review', 'refuse']),
  state: z.string().meta({ description: 'Whether it matched, or could not be told.' }),
  text: z.string().nullable().meta({ description: 'What it says; null where it did not match.' }),
});

export const explanations = [
  operation({
    method: 'post',
    path: '/policy/explain',
    id: 'explainVerdict',
    summary: 'Every rule of the policy in force, what it sees of a release in the newest evidence, and what it says',
    description:
      'Nothing is collected: of what nobody asked for there is no evidence. What the release needs has verdicts of its own.',
    access: 'signed-in',
    body: z.strictObject({ channel: channelName.default('tier3'), package: asked }),
    answer: z.object({
      channel: z.string(),
      root: z.string(),
      verdict: z.object({ outcome }).meta({ description: 'Of the whole tree, when the evidence was collected.' }),
      policy: digest.meta({ description: 'The policy that is in force now.' }),
      evidence: digest,
      collectedAt: time,
      results: z.array(
        z.object({
          purl: z.string(),
          role: z.enum(['root', 'dependency']),
          verdict: z.object({ outcome }).meta({ description: 'By the policy in force now.' }),
          rules: z.array(rule),
          facts: z.record(z.string(), z.unknown()),
        }),
      ),
    }),
    problems: ['not-a-package', 'version-needed', 'no-evidence'],
    async work({ app, actor, body }) {
      const channel = await requireChannel(app.db, body.channel);
      const { ecosystem, name, version } = readAsked(body.package, app.ecosystems);
      requireMay(actor, 'read', { channel: channel.name, ecosystem: ecosystem.id });
      if (version === null) throw versionNeeded(body.package);
      const root = purlOf({ ecosystem: ecosystem.id, name, version });
      const about = { channel: channel.name, ecosystem: ecosystem.id, name, root };
      const evidence = await newestEvidenceAbout(app.db, about);
      if (evidence === undefined) throw noEvidence(root, channel.name);
      const set = await readEvidenceSet(app.blobs, evidence);
      const results = [];
      for (const release of set.releases.filter((one) => one.role === 'root')) {
        const { facts, rules, verdict } = await app.rooms.policy.explain({ release, channel, now: app.now() });
        results.push({ purl: release.purl, role: release.role, verdict, rules, facts: { ...facts } });
      }
      const policy = (await app.rooms.policy.current()).digest;
      const { verdict, collectedAt } = set;
      return data({ channel: channel.name, root, verdict, policy, evidence, collectedAt, results });
    },
  }),
];

function versionNeeded(text: string): Problem {
  return new Problem({
    kind: 'usage',
    code: 'version-needed',
    what: `${text.slice(0, 200)} names no version`,
    why: 'each version has evidence of its own',
    next: 'Write pkg:pypi/requests@2.32.3.',
  });
}

function noEvidence(root: string, channel: string): Problem {
  return new Problem({
    kind: 'not-found',
    code: 'no-evidence',
    what: `There is no evidence about ${root} in ${channel}`,
    next: 'File a request for it; or, on the home, `pratique policy explain` collects evidence without one.',
  });
}
