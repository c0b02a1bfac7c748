// A text as a QR code. In: the text, and what it is of. Out: a picture, dark on light in any theme, as
// cameras of phones want it; nothing where the text is too long.
import { useMemo } from 'react';
import { codeOf } from './code';

/** Light modules around a code (ISO/IEC 18004:2015, 5.3.8). */
const QUIET = 4;

export function QrCode({ text, label }: { text: string; label: string }) {
  const code = useMemo(() => codeOf(text), [text]);
  if (code === undefined) return null;
  const dark = code.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])));
  const side = code.length + 2 * QUIET;
  return (
    <svg className="qr" viewBox={`${-QUIET} ${-QUIET} ${side} ${side}`} role="img" aria-label={label}>
      <path className="qr-light" d={`M${-QUIET} ${-QUIET}h${side}v${side}h${-side}z`} />
      <path d={dark.join('')} shapeRendering="crispEdges" />
    </svg>
  );
}
