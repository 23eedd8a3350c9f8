/** A jest reporter that ends with one plain line: how many tests passed and failed. */
class ClosingLine {
  onRunComplete(_contexts, { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites }) {
    const failed = numFailedTests + numRuntimeErrorTestSuites;
    const skipped = numPendingTests > 0 ? `, ${numPendingTests} skipped` : "";
    // After jest's own summary, which is written in the same turn.
    process.on("exit", () => process.stdout.write(`${numPassedTests} passed, ${failed} failed${skipped}\n`));
  }
}

module.exports = ClosingLine;
