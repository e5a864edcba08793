/** The wheel maker of the demo, under the name tests know. */
export {
  type MadeDistribution,
  makeSdist,
  makeWheel,
} from '../../src/main/demo/made-here-wheels.ts';
