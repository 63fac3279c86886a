/**
 * An ESLint rule: never look up an untrusted string in an object. Every object has `constructor`, `toString` and
 * `__proto__`, and a string from the network can be any of them; use a Map for such lookups.
 */
import type { Rule } from "eslint";
import ts from "typescript";

type Node =
  | Parameters<NonNullable<Rule.RuleListener["MemberExpression"]>>[0]
  | Parameters<NonNullable<Rule.RuleListener["BinaryExpression"]>>[0];
/** The parser services of typescript-eslint for rules that need types. */
interface Services {
  program: ts.Program;
  getTypeAtLocation(node: unknown): ts.Type;
}

export const foreignKeys: Rule.RuleModule = {
  meta: {
    type: "problem",
    schema: [],
    messages: {
      map: "A word that may be anybody's finds `constructor` in every object: ask a Map, or name the words in the type.",
    },
  },
  create(context) {
    const services = context.sourceCode.parserServices as unknown as Services;
    const checker = services.program.getTypeChecker();
    const check = (node: Node, object: unknown, key: unknown): void => {
      if (isAnyWord(checker, services.getTypeAtLocation(key)) && !isList(checker, services.getTypeAtLocation(object)))
        context.report({ node, messageId: "map" });
    };
    return {
      MemberExpression(node) {
        if (node.computed) check(node, node.object, node.property);
      },
      BinaryExpression(node) {
        if (node.operator === "in" && node.left.type !== "PrivateIdentifier") check(node, node.right, node.left);
      },
    };
  },
};

/** Whether the type includes arbitrary strings, as opposed to numbers, symbols, or a union of literals. */
function isAnyWord(checker: ts.TypeChecker, type: ts.Type): boolean {
  if (type.flags & ts.TypeFlags.TypeParameter) {
    const constraint = checker.getBaseConstraintOfType(type);
    return constraint === undefined || isAnyWord(checker, constraint);
  }
  // One member of a union is enough; a branded string is an intersection.
  if (type.isUnionOrIntersection()) return type.types.some((one) => isAnyWord(checker, one));
  return (
    (type.flags &
      (ts.TypeFlags.String |
        ts.TypeFlags.TemplateLiteral |
        ts.TypeFlags.StringMapping |
        ts.TypeFlags.Any |
        ts.TypeFlags.Unknown)) !==
    0
  );
}

/** Arrays are allowed: `for … in` and parsed numbers index them by strings. */
const isList = (checker: ts.TypeChecker, type: ts.Type): boolean => checker.isArrayLikeType(type);
