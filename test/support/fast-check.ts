import fc from "fast-check";
import { IS_LONG } from "./runs.ts";

/**
 * fast-check, which in `npm test` draws the same cases every time, so that a run tells of the change and not of the dice. `npm run test:all`
 * draws others in every run; what it finds there is told with its seed.
 */
if (!IS_LONG) fc.configureGlobal({ seed: 42 });

export default fc;
