/**
 * One fuzzed process. `child.ts TARGET SEED FIRST PROGRESS` makes and runs inputs from FIRST on until it is ended; before
 * each it writes the input's number into the file PROGRESS, so that whoever started it knows what it died or hangs of.
 * `child.ts TARGET --input FILE` runs one input. What does not hold is printed, and the process ends with 1.
 */
import { openSync, readFileSync, writeSync } from 'node:fs';
import { Chance, seedOf } from './mutate.ts';
import { targetOf } from './targets.ts';

const [name = '', second = '', third = '', progress = ''] = process.argv.slice(2);
const target = targetOf(name);

if (second === '--input') {
  await target.run(readFileSync(third));
} else {
  const seed = Number(second);
  const number = Buffer.alloc(8);
  const file = openSync(progress, 'r+');
  for (let iteration = Number(third); ; iteration += 1) {
    number.writeDoubleLE(iteration);
    writeSync(file, number, 0, number.length, 0);
    await target.run(target.make(new Chance(seedOf(seed, iteration))));
  }
}
