// One suite of browser tests in a process of its own: `node e2e/suite.mjs NAME [WORDS]`. Its last line is its sum, as JSON.
const [, , name] = process.argv;
await import(`./suites/${name}.mjs`);
const { finish } = await import('./harness.mjs');
console.log(JSON.stringify(await finish()));
