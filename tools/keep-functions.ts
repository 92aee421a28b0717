/**
 * Marks the only call of a function, so that the minifier of an application's build, Next.js' own among them, leaves the
 * function where it is. Put into its caller it would be made anew at each call, and V8 throws away what it has compiled
 * for a function with the last one made of it: after each collection of garbage such code is slow again, for thousands
 * of requests. It took 3.5 µs of a request that saves a cookie session.
 */
export const keepFunctions = {
  name: "keep-functions",
  // Once the rest is done: what prints the code anew drops most comments.
  generateBundle(this: Parser, _options: unknown, bundle: Readonly<Record<string, Output>>): void {
    for (const file of Object.values(bundle)) {
      if (file.code !== undefined && file.fileName.endsWith(".js"))
        file.code = marked(file.code, this.parse(file.code));
    }
  },
};

/** The part of a plugin's context that is needed. */
interface Parser {
  parse(code: string): Program;
}

interface Output {
  readonly fileName: string;
  code?: string;
}

interface Program extends Node {
  readonly body: readonly Node[];
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly id?: Node;
  readonly name?: string;
  readonly callee?: Node;
}

interface Use {
  readonly name: string;
  readonly at: number;
  readonly isCall: boolean;
}

function marked(code: string, program: Program): string {
  const functions = program.body.filter(({ type }) => type === "FunctionDeclaration");
  const uses = usesOf(program, new Set(functions.map(nameOf)));
  const calls: number[] = [];
  for (const each of functions) {
    // A function that calls itself is put into its only other caller as well.
    const [only, ...others] = uses.filter(
      ({ name, at }) => name === nameOf(each) && (at < each.start || at >= each.end),
    );
    if (only?.isCall && others.length === 0) calls.push(only.at);
  }
  const fromTheEnd = calls.sort((a, b) => b - a);
  return fromTheEnd.reduce((text, at) => `${text.slice(0, at)}/* @__NOINLINE__ */ ${text.slice(at)}`, code);
}

function nameOf(declaration: Node): string {
  return declaration.id?.name ?? "";
}

/** Wherever one of these names stands. A local variable of that name counts too, which only leaves a call unmarked. */
function usesOf(node: Node, names: ReadonlySet<string>, isCallee = false): Use[] {
  if (node.type === "Identifier") {
    return names.has(node.name!) ? [{ name: node.name!, at: node.start, isCall: isCallee }] : [];
  }
  return Object.entries(node).flatMap(([key, part]: [string, unknown]) =>
    [part].flat().flatMap((each) => {
      if (!isNode(each)) return [];
      return usesOf(each, names, node.type === "CallExpression" && key === "callee");
    }),
  );
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as Node).type === "string";
}
