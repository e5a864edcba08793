// No host name of a public package registry anywhere: upstreams come from configuration or from the clients' own settings.
// One letter of each name stands in a character class, so that this file does not hold what it looks for.
const HOSTS = [
  /[a-z0-9.-]*npmj[s]\.(?:org|com)/i,
  /[a-z0-9.-]*pyp[i]\.org/i,
  /[a-z0-9.-]*pythonhoste[d]\.org/i,
  /[a-z0-9.-]*crate[s]\.io/i,
  /(?:proxy|sum)\.golan[g]\.org/i,
  /repo1?\.mave[n]\./i,
  /[a-z0-9.-]*r-projec[t]\.org/i,
  /rubygem[s]\.org/i,
  /nuge[t]\.org/i,
  /docke[r]\.io/i,
  /debia[n]\.org/i,
  /yarnpk[g]\.com/i,
];

/** Lines that name a registry: `path:line: what`. */
export function namedHosts(sources) {
  return sources.flatMap(({ path, text }) =>
    text
      .split('\n')
      .flatMap((line, index) =>
        HOSTS.some((host) => host.test(line)) ? [`${path}:${index + 1}: names the host of a public registry`] : [],
      ),
  );
}
