/**
 * Bundlers for browsers and edge runtimes get this module in place of every entry point, by the conditions of
 * package.json. It imports nothing and is CommonJS: bundlers then accept every imported name, and the error comes at
 * run time.
 */
throw Object.assign(
  new Error(
    'otelwasm runs in Node.js, Bun and Deno. This app was built, or its modules were resolved, for a browser or an edge ' +
      'runtime, which have no threads and mostly do not compile WebAssembly at run time: filter in a Collector behind ' +
      'them. In Jest, tests of telemetry need the environment "node": begin the file with /** @jest-environment node */',
  ),
  { name: 'OtelWasmError', code: 'UNSUPPORTED_RUNTIME' },
);

// A call hides the empty object from webpack, which would otherwise refuse every imported name at build time.
export = Object.freeze({});
