'use strict';

/**
 * What is known of the place of the cursor, and the signature of the innermost call that it is in.
 * @param {typeof import('@tslab/typescript-for-tslab')} ts with its inner functions @param {object} checker @param {object} file
 * @param {number} position @param {object | undefined} info what is under the cursor
 */
function withSignature(ts, checker, file, position, info) {
  const never = { isCancellationRequested: () => false, throwIfCancellationRequested() {} };
  let node = ts.findPrecedingToken(position, file);
  const isInside = () =>
    (ts.isCallExpression(node) || ts.isNewExpression(node)) &&
    node.expression.end < position &&
    (position < node.end || file.text[node.end - 1] !== ')'); // not closed yet
  while (node && !isInside()) node = node.parent;
  const call = node && ts.getQuickInfoAtPosition(file, checker, never, node.expression.end - 1);
  if (!call || !info) return call ?? info;
  const first = [...info.displayParts, ...(info.documentation ?? [])].map(({ text }) => text).join('');
  return { ...call, displayParts: [{ text: `${first}\n\n`, kind: 'text' }, ...call.displayParts] };
}

module.exports = { withSignature };
