/**
 * An ESLint rule against swallowed errors: a handler must use the error, throw, log, or show it. The rule checks catch
 * clauses and functions written inline in `.catch(…)` or as the second argument of `.then(…, …)`; a function that is
 * only referenced there (`.catch(logged("xmpp", "…"))`) is checked where it is defined.
 *
 * Option `shows`: patterns of function names that show a failure to the user (`setError`).
 */

/** `log.warn(…)`, `log[level](…)`, `console.debug(…)`, `logged(…)`. */
const LOGS = /^(log|console)$/;

/** @param {any} node */
const isFunction = (node) =>
  node?.type === "ArrowFunctionExpression" ||
  node?.type === "FunctionExpression" ||
  node?.type === "FunctionDeclaration";

/** @type {import("eslint").Rule.RuleModule} */
export const noSilentCatch = {
  meta: {
    type: "problem",
    schema: [
      {
        type: "object",
        properties: { shows: { type: "array", items: { type: "string" } } },
        additionalProperties: false,
      },
    ],
    messages: { silent: "Nothing is swallowed: use the error, throw, or write to the log." },
  },
  create(context) {
    const { sourceCode } = context;
    const shows = (context.options[0]?.shows ?? []).map((/** @type {string} */ pattern) => new RegExp(pattern));

    /** @param {any} node */
    function isTold(node) {
      if (node.type === "ThrowStatement") return true;
      if (node.type !== "CallExpression") return false;
      const { callee } = node;
      if (callee.type === "MemberExpression")
        return callee.object.type === "Identifier" && LOGS.test(callee.object.name);
      return (
        callee.type === "Identifier" &&
        (callee.name === "logged" || shows.some((/** @type {RegExp} */ one) => one.test(callee.name)))
      );
    }

    /**
     * Ignores nested functions, which run later or never.
     * @param {any} node @returns {boolean}
     */
    function tells(node) {
      if (isTold(node)) return true;
      return (sourceCode.visitorKeys[node.type] ?? []).some((key) =>
        [node[key]].flat().some((child) => child && !isFunction(child) && tells(child)),
      );
    }

    /** @param {any} node a clause or a function @param {any} body */
    function check(node, body) {
      const usesError = sourceCode
        .getDeclaredVariables(node)
        .some(
          ({ defs, references }) =>
            defs.some(({ type }) => type === "CatchClause" || type === "Parameter") && references.length > 0,
        );
      if (!usesError && !tells(body)) context.report({ node, messageId: "silent" });
    }

    /** @param {any} handler */
    const checkHandler = (handler) => isFunction(handler) && check(handler, handler.body);

    return {
      CatchClause: (node) => check(node, node.body),
      /** @param {any} node */
      CallExpression(node) {
        const { callee } = node;
        if (callee.type !== "MemberExpression" || callee.computed) return;
        if (callee.property.name === "catch") checkHandler(node.arguments[0]);
        else if (callee.property.name === "then") checkHandler(node.arguments[1]);
      },
    };
  },
};
