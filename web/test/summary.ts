import type { Reporter, TestModule } from 'vitest/node';

/** Ends the output with the one line that the repository's test command sums up. */
export default class Summary implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    let [passed, failed, skipped] = [0, errors.length, 0];
    for (const module of modules) {
      failed += module.errors().length;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') passed++;
        else if (state === 'failed') failed++;
        else skipped++;
      }
    }
    console.log(`studio units: ${passed} passed, ${failed} failed, ${skipped} skipped`);
  }
}
