/** Is the long suite asked for (`npm run test:all`)? */
export const IS_LONG = process.env["TEST_ALL"] === "1";

/** How many generated cases a property gets: few in `npm test`, many in `npm run test:all`. */
export const RUNS = IS_LONG ? 2000 : 40;
