// Runs in front of every npm script. The `node` devDependency puts Node 24 first on npm's PATH by
// an install script; with scripts off, the machine's own Node stays in charge without a word.
// Plain old syntax on purpose: whatever Node runs this must be able to print the message.
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 13)) {
  console.error(
    `next-beaker needs Node 22.13 or newer to build and test; this script is running on ${process.versions.node}.\n` +
      "The `node` devDependency brings its own, but its install script has not run.\n" +
      "Do this: npm rebuild node   (or install with scripts on: npm ci --ignore-scripts=false)",
  );
  process.exit(1);
}
