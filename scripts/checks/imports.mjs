// Reads what dependency-cruiser found. A cruise that saw next to nothing is a failure, not a clean bill.

/** The product has more modules than this; below it the tool did not understand the sources. */
export const LEAST_MODULES = 150;

/** Violations as lines; `explanation` is said where the output is no result at all. */
export function judgeImports(output, explanation, least = LEAST_MODULES) {
  let summary;
  try {
    summary = JSON.parse(output).summary;
  } catch {
    return [explanation];
  }
  const found = summary.violations
    .filter(({ rule }) => rule.severity === 'error')
    .map(
      ({ rule, from, to, cycle }) =>
        `${rule.name}: ${from} -> ${cycle === undefined ? to : cycle.map(({ name }) => name).join(' -> ')}`,
    );
  if (summary.totalCruised < least)
    found.push(`only ${summary.totalCruised} modules were cruised, at least ${least} expected`);
  return found;
}
