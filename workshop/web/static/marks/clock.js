// Where a point lies, in the shop's words: like a clock round the middle of the piece, 12 at the
// hallmark (or at 12 of a dial; at the top of the picture until somebody shows where it is).

const NEAR = 0.07; // of the shorter side: closer to the middle than this has no hour

/** `picture`: { middles: [[x, y], …], ratio }, `frame`: { x, y, twelve_x, twelve_y } or nothing. */
export function placeWords({ x, y }, { middles, ratio }, frame) {
  const isPair = middles.length > 1;
  const which = isPair && x > (middles[0][0] + middles[1][0]) / 2 ? 1 : 0;
  const [middleX, middleY] = isPair || !frame ? middles[which] : [frame.x, frame.y];
  const across = (x - middleX) * ratio;
  const down = y - middleY;
  const side = isPair ? `${["left", "right"][which]}, ` : "";
  if (Math.hypot(across, down) < NEAR * Math.min(1, ratio)) return `${side}middle`;
  const twelve = frame ? clockwise((frame.twelve_x - frame.x) * ratio, frame.twelve_y - frame.y) : 0;
  const hour = (Math.round((clockwise(across, down) - twelve) / 30) + 24) % 12;
  return `${side}${hour || 12} o'clock`;
}

/** Degrees from the top, the way a clock goes. */
function clockwise(across, down) {
  return (Math.atan2(across, -down) * 180) / Math.PI;
}
