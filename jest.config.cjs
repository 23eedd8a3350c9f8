module.exports = {
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      { jsc: { target: "es2023", parser: { syntax: "typescript" } }, module: { type: "commonjs" } },
    ],
  },
  // Two, also on a machine of two cores: the tests wait for terraform more than they compute.
  maxWorkers: 2,
  reporters: ["default", "<rootDir>/scripts/closing-line.cjs"],
  // `npm run test:all` draws many more cases of each property and sweeps.
  testTimeout: process.env.TEST_ALL === "1" ? 3_600_000 : 60_000,
};
